#include "base/immortal.h"
#include "values/name_hint.h"
#include "values/value_errors.h"

#include <ksqldb/value.h>

#include <optional>
#include <string>

// The parts of ARRAY, MAP and STRUCT.
namespace ksqldb {

namespace {

using detail::Cell;
using detail::ValueAccess;
using values::checked;
using values::fail;
using values::failForm;

constexpr const char* anyParts = "an ARRAY, a MAP or a STRUCT";

const Cell nullCell{Cell::Kind::Null, 0, 0};  // a STRUCT's field that was not sent

const Type& unknownType() {
    static const auto& type = base::immortal<Type>();
    return type;
}

bool keyIs(const ValueView& key, std::string_view name) {
    const Cell& cell = ValueAccess::cell(key);
    if (cell.kind == Cell::Kind::Null) return false;
    if (cell.kind == Cell::Kind::String && ValueAccess::block(key).slice(cell) == name) return true;
    return key.type().kind() != TypeKind::String && values::keyText(key) == name;
}

// Whether the value has parts, of a form that fits its type.
const Cell& checkedParts(const ValueView& value, const char* wanted) {
    const Cell& cell = checked<TypeKind::Array, TypeKind::Map, TypeKind::Struct>(value, wanted);
    const TypeKind kind = value.type().kind();
    const bool isArray = cell.kind == Cell::Kind::Array && kind != TypeKind::Struct;
    const bool isObject = cell.kind == Cell::Kind::Object && kind != TypeKind::Array;
    if (!isArray && !isObject) failForm(value, wanted);
    return cell;
}

const Cell& checkedKeys(const ValueView& value, const char* wanted) {
    const Cell& cell = checked<TypeKind::Map>(value, wanted);
    const bool isPairs = cell.kind == Cell::Kind::Array && value.type().kind() == TypeKind::Map;
    if (!isPairs && cell.kind != Cell::Kind::Object) failForm(value, wanted);
    return cell;
}

// A MAP's i-th entry: two cells, in either wire form.
const Cell* entryCells(const ValueView& map, std::size_t i) {
    const detail::RowBlock& block = ValueAccess::block(map);
    const Cell& cell = ValueAccess::cell(map);
    if (cell.kind == Cell::Kind::Object) return block.cells + cell.offset + 2 * i;
    const Cell& pair = block.cells[cell.offset + i];
    if (pair.kind != Cell::Kind::Array || pair.size != 2)
        fail(ErrorCode::MalformedResponse, map,
             "expected a pair of key and value, got something else");
    return block.cells + pair.offset;
}

// A STRUCT's i-th field. The names mostly come in the type's order, but need not.
const Cell& fieldCell(const ValueView& value, std::size_t i) {
    const detail::RowBlock& block = ValueAccess::block(value);
    const Cell& cell = ValueAccess::cell(value);
    const std::string& name = value.type().fieldName(i);
    const Cell* members = block.cells + cell.offset;
    if (i < cell.size && block.slice(members[2 * i]) == name) return members[2 * i + 1];
    for (std::size_t k = 0; k < cell.size; ++k)
        if (block.slice(members[2 * k]) == name) return members[2 * k + 1];
    return nullCell;
}

std::optional<std::size_t> findKey(const ValueView& map, std::string_view name) {
    const std::size_t n = ValueAccess::cell(map).size;
    for (std::size_t i = 0; i < n; ++i)
        if (keyIs(map.key(i), name)) return i;
    return std::nullopt;
}

}  // namespace

std::size_t ValueView::size() const {
    const Cell& cell = checkedParts(*this, anyParts);
    return type_->kind() == TypeKind::Struct ? type_->fieldCount() : cell.size;
}

ValueView ValueView::part(std::size_t i) const {
    const std::size_t n = size();
    if (i >= n)
        fail(ErrorCode::OutOfRange, *this,
             "asked for part " + std::to_string(static_cast<std::ptrdiff_t>(i)) +
                 ", but there are " + std::to_string(n));
    switch (type_->kind()) {
        case TypeKind::Struct:
            return block_->value(fieldCell(*this, i), type_->field(i), column_, true, false);
        case TypeKind::Map:
            return block_->value(entryCells(*this, i)[1], type_->element(), column_, inStruct_,
                                 false);
        case TypeKind::Array:
            return block_->value(block_->cells[cell_->offset + i], type_->element(), column_,
                                 inStruct_, false);
        default:
            break;
    }
    // Of an Unknown type. An object may be a STRUCT.
    const bool isObject = cell_->kind == Cell::Kind::Object;
    return block_->value(block_->cells[cell_->offset + (isObject ? 2 * i + 1 : i)], unknownType(),
                         column_, inStruct_ || isObject, false);
}

ValueView ValueView::operator[](std::string_view name) const {
    if (type_->kind() == TypeKind::Struct) {
        checkedParts(*this, "a STRUCT");
        const auto i = type_->fieldIndex(name);
        if (!i)
            fail(ErrorCode::UnknownColumn, *this,
                 "no field named " + std::string(name) + values::fieldHint(*type_, name));
        return part(*i);
    }
    checkedKeys(*this, "a MAP or a STRUCT");
    const auto i = findKey(*this, name);
    if (!i) fail(ErrorCode::UnknownColumn, *this, "no key " + std::string(name));
    return part(*i);
}

ValueView ValueView::key(std::size_t i) const {
    const Cell& cell = checkedKeys(*this, "a MAP");
    if (i >= cell.size)
        fail(ErrorCode::OutOfRange, *this,
             "asked for key " + std::to_string(i) + ", but there are " + std::to_string(cell.size));
    const Type& keyType = type_->kind() == TypeKind::Map ? type_->key() : unknownType();
    return block_->value(entryCells(*this, i)[0], keyType, column_, inStruct_,
                         cell.kind == Cell::Kind::Object);
}

bool ValueView::contains(std::string_view name) const {
    if (type_->kind() == TypeKind::Struct) return !isNull() && type_->fieldIndex(name).has_value();
    if (type_->kind() != TypeKind::Map && type_->kind() != TypeKind::Unknown)
        values::failChecked(*this, "a MAP or a STRUCT", false);
    if (isNull()) return false;
    checkedKeys(*this, "a MAP");
    return findKey(*this, name).has_value();
}

ValueView::iterator ValueView::begin() const { return {*this, 0}; }
ValueView::iterator ValueView::end() const { return {*this, size()}; }

MapEntries ValueView::entries() const {
    checkedKeys(*this, "a MAP");
    return MapEntries(*this);
}

}  // namespace ksqldb
