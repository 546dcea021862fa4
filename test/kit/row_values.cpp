#include "value.h"

#include <ksqldb/error.h>

#include <limits>

namespace ksqldb::testing::detail {

namespace {

/// Where the next part of this value goes.
std::vector<Value>& partsOf(Value& value) {
    if (auto* array = std::get_if<Value::Array>(&value.is)) return array->elements;
    if (auto* map = std::get_if<Value::Map>(&value.is)) return map->parts;
    return std::get<Value::Struct>(value.is).fields;
}

}  // namespace

struct RowValues::Impl {
    Value root{Value::Array{}};
    std::vector<Value*> open{&root};  // the innermost is the last

    Value& add(Value value) { return partsOf(*open.back()).emplace_back(std::move(value)); }
    void begin(Value value) { open.push_back(&add(std::move(value))); }
};

RowValues::RowValues() : impl_(std::make_unique<Impl>()) {}
RowValues::RowValues(RowValues&&) noexcept = default;
RowValues& RowValues::operator=(RowValues&&) noexcept = default;
RowValues::~RowValues() = default;

bool RowValues::isByName() const noexcept {
    return std::holds_alternative<Value::Struct>(impl_->root.is);
}
const Value& RowValues::values() const noexcept { return impl_->root; }
void RowValues::byName() { impl_->root.is = Value::Struct{}; }

void RowValues::writeNull(TypeKind) { impl_->add({nullptr}); }
void RowValues::write(bool value) { impl_->add({value}); }
void RowValues::write(std::int64_t value) { impl_->add({value}); }
void RowValues::write(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        throw Error(ErrorCode::InvalidArgument, std::to_string(value) + " is beyond BIGINT");
    impl_->add({static_cast<std::int64_t>(value)});
}
void RowValues::write(double value) { impl_->add({value}); }
void RowValues::write(std::string_view value) { impl_->add({std::string(value)}); }
void RowValues::write(const Decimal& value) { impl_->add({value}); }
void RowValues::write(const Bytes& value) { impl_->add({value}); }
void RowValues::write(Date value) { impl_->add({value}); }
void RowValues::write(TimeOfDay value) { impl_->add({value}); }
void RowValues::write(Timestamp value) { impl_->add({value}); }

void RowValues::beginArray(std::size_t) { impl_->begin({Value::Array{}}); }
void RowValues::beginMap(std::size_t) { impl_->begin({Value::Map{}}); }
void RowValues::beginStruct() { impl_->begin({Value::Struct{}}); }
void RowValues::field(std::string_view name) {
    std::get<Value::Struct>(impl_->open.back()->is).names.emplace_back(name);
}
void RowValues::end() { impl_->open.pop_back(); }

}  // namespace ksqldb::testing::detail
