#include "values/type_parser.h"

#include <ksqldb/error.h>
#include <ksqldb/type.h>

#include <ostream>
#include <utility>

namespace ksqldb {

namespace {

// Names are written as ksqlDB does: back-quoted, not escaped.
void appendNamed(std::string& out, const std::string& name, const Type& type) {
    out += '`';
    out += name;
    out += "` ";
    out += type.toString();
}

[[noreturn]] void throwNoPart(const Type& type, const char* wanted) {
    const std::string text = type.toString();
    throw Error(ErrorCode::WrongType,
                (text.empty() ? "an unknown type" : text) + ": has no " + wanted);
}

[[noreturn]] void throwNoField(const Type& type, std::size_t i) {
    throw Error(ErrorCode::OutOfRange, "field " + std::to_string(i) + " asked for, but there are " +
                                           std::to_string(type.fieldCount()));
}

}  // namespace

Type::Type() noexcept = default;
Type::Type(std::shared_ptr<const detail::TypeNode> node) noexcept
    : node_(std::move(node)), kind_(node_ ? node_->kind : TypeKind::Unknown) {}

int Type::precision() const noexcept { return node_ ? node_->precision : 0; }
int Type::scale() const noexcept { return node_ ? node_->scale : 0; }

std::string Type::toString() const {
    if (!node_) return {};
    std::string out(values::nameOf(node_->kind));
    switch (node_->kind) {
        case TypeKind::Unknown:
            return node_->text;
        case TypeKind::Decimal:
            out +=
                '(' + std::to_string(node_->precision) + ", " + std::to_string(node_->scale) + ')';
            break;
        case TypeKind::Array:
            out += '<' + element().toString() + '>';
            break;
        case TypeKind::Map:
            out += '<' + key().toString() + ", " + element().toString() + '>';
            break;
        case TypeKind::Struct:
            out += '<';
            for (std::size_t i = 0; i < fieldCount(); ++i) {
                if (i != 0) out += ", ";
                appendNamed(out, node_->names[i], node_->children[i]);
            }
            out += fieldCount() == 0 ? " >" : ">";
            break;
        default:
            break;
    }
    return out;
}

const Type& Type::element() const {
    if (!node_ || (kind_ != TypeKind::Array && kind_ != TypeKind::Map))
        throwNoPart(*this, "element type");
    return node_->children.back();
}

const Type& Type::key() const {
    if (!node_ || kind_ != TypeKind::Map) throwNoPart(*this, "key type");
    return node_->children.front();
}

std::size_t Type::fieldCount() const noexcept { return node_ ? node_->names.size() : 0; }

const std::string& Type::fieldName(std::size_t i) const {
    if (i >= fieldCount()) throwNoField(*this, i);
    return node_->names[i];
}

const Type& Type::field(std::size_t i) const {
    if (i >= fieldCount()) throwNoField(*this, i);
    return node_->children[i];
}

std::optional<std::size_t> Type::fieldIndex(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < fieldCount(); ++i)
        if (node_->names[i] == name) return i;
    return std::nullopt;
}

bool operator==(const Type& a, const Type& b) noexcept {
    if (a.node_ == b.node_) return true;
    if (!a.node_ || !b.node_) {
        const detail::TypeNode& only = a.node_ ? *a.node_ : *b.node_;
        return only.kind == TypeKind::Unknown && only.text.empty();
    }
    return a.node_->kind == b.node_->kind && a.node_->text == b.node_->text &&
           a.node_->precision == b.node_->precision && a.node_->scale == b.node_->scale &&
           a.node_->names == b.node_->names && a.node_->children == b.node_->children;
}

Schema::Schema() = default;
Schema::Schema(std::vector<Column> columns)
    : columns_(std::make_shared<const std::vector<Column>>(std::move(columns))) {}

std::optional<std::size_t> Schema::indexOf(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < size(); ++i)
        if ((*this)[i].name == name) return i;
    return std::nullopt;
}

std::string_view toString(TypeKind kind) noexcept {
    return kind == TypeKind::Unknown ? "UNKNOWN" : values::nameOf(kind);
}

std::ostream& operator<<(std::ostream& out, TypeKind kind) { return out << toString(kind); }
std::ostream& operator<<(std::ostream& out, const Type& type) { return out << type.toString(); }
std::ostream& operator<<(std::ostream& out, const Schema& schema) {
    return out << schema.toString();
}

std::string Schema::toString() const {
    std::string out;
    for (const Column& column : *this) {
        if (!out.empty()) out += ", ";
        appendNamed(out, column.name, column.type);
        if (column.isKey) out += " KEY";
    }
    return out;
}

}  // namespace ksqldb
