#include "values/type_parser.h"

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
    return kind == wanted || kind == TypeKind::Unknown ||
           (kind == TypeKind::Integer && wanted == TypeKind::Bigint);
}

void Mismatches::wrongKind(const std::string& where, const Type& found, TypeKind wanted) {
    add(text_, where + " is " + found.text() + ", not " + std::string(values::nameOf(wanted)));
}
void Mismatches::missing(const std::string& where) { add(text_, "there is no " + where); }
void Mismatches::twice(const std::string& where) { add(text_, "there are two columns " + where); }
void Mismatches::wrongCount(std::size_t found, std::size_t wanted) {
    add(text_, "there are " + std::to_string(found) + " columns, not " + std::to_string(wanted));
}

void Mismatches::throwIfAny(const Schema& schema) const {
    if (text_.empty()) return;
    throw Error(ErrorCode::RowMismatch,
                "the row's type does not fit the header " + schema.text() + ": " + text_);
}

const Type& Mismatches::anyType() noexcept {
    static const Type any;
    return any;
}

}  // namespace ksqldb::detail
