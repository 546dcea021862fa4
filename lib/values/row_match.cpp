#include "base/immortal.h"
#include "values/name_hint.h"

#include <ksqldb/typed.h>

namespace ksqldb::detail {

namespace {

void add(std::string& text, const std::string& part) {
    if (!text.empty()) text += "; ";
    text += part;
}

}  // namespace

bool fits(const Type& type, TypeKind wanted) noexcept {
    const TypeKind kind = type.kind();
    const auto isInteger = [](TypeKind k) {
        return k == TypeKind::Integer || k == TypeKind::Bigint;
    };
    return kind == wanted || kind == TypeKind::Unknown || (isInteger(kind) && isInteger(wanted)) ||
           (kind == TypeKind::Integer && wanted == TypeKind::Double);
}

void Mismatches::wrongKind(const std::string& where, const Type& found, TypeKind wanted) {
    add(text_, where + ": expected " + std::string(toString(wanted)) + ", got " + found.toString());
}
void Mismatches::missingColumn(const Schema& schema, std::string_view name) {
    add(text_, "there is no " + std::string(name) + values::columnHint(schema, name));
}
void Mismatches::missingField(const Type& type, const std::string& where, std::string_view name) {
    add(text_, "there is no " + where + "->" + std::string(name) + values::fieldHint(type, name));
}
void Mismatches::twice(const std::string& where) { add(text_, "there are two columns " + where); }
void Mismatches::wrongCount(std::size_t found, std::size_t wanted) {
    add(text_, "expected " + std::to_string(wanted) + (wanted == 1 ? " column" : " columns") +
                   ", got " + std::to_string(found));
}

void Mismatches::throwIfAny(const Schema& schema) const {
    if (text_.empty()) return;
    throw Error(ErrorCode::RowMismatch,
                "the row's type does not fit the header " + schema.toString() + ": " + text_);
}

const Type& Mismatches::anyType() noexcept {
    static const auto& any = base::immortal<Type>();
    return any;
}

}  // namespace ksqldb::detail
