#pragma once
#include <ksqldb/export.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

/// @addtogroup values
/// @{

namespace detail {
struct TypeNode;
}  // namespace detail

/// ksqlDB's SQL types. Unknown stands for a type that only a newer server has: its text is kept,
/// and its values are read by the form in which they come.
enum class TypeKind : std::uint8_t {
    Unknown,
    Boolean,
    Integer,
    Bigint,
    Double,
    Decimal,
    String,
    Bytes,
    Date,
    Time,
    Timestamp,
    Array,
    Map,
    Struct,
};

/// The word of SQL: "BIGINT". "UNKNOWN" for Unknown. *thread-safe*
KSQLDB_API std::string_view toString(TypeKind kind) noexcept;

/// The SQL type of a column, with all its parts. Shared and immutable; cheap to copy. *thread-safe*
class KSQLDB_API Type {
public:
    /// Unknown, with no text.
    Type() noexcept;
    explicit Type(std::shared_ptr<const detail::TypeNode> node) noexcept;

    TypeKind kind() const noexcept { return kind_; }
    /// The type as ksqlDB writes it: "DECIMAL(4, 2)", "MAP<STRING, ARRAY<INTEGER>>",
    /// "STRUCT<`F 1` STRING>". An Unknown type as the server sent it.
    std::string toString() const;
    /// Of a DECIMAL, how many digits there are in all; else 0.
    int precision() const noexcept;
    /// Of a DECIMAL, how many digits are after the point; else 0.
    int scale() const noexcept;
    /// The type of an ARRAY's elements or of a MAP's values. Throws Error(WrongType) for others.
    const Type& element() const;
    /// The type of a MAP's keys. Throws Error(WrongType) for others.
    const Type& key() const;
    /// How many fields a STRUCT has; 0 for others.
    std::size_t fieldCount() const noexcept;
    /// The name of a STRUCT's field, case as it is. Throws Error(OutOfRange).
    const std::string& fieldName(std::size_t i) const;
    /// The type of a STRUCT's field. Throws Error(OutOfRange).
    const Type& field(std::size_t i) const;
    /// The place of a STRUCT's field of exactly this name, if there is one.
    std::optional<std::size_t> fieldIndex(std::string_view name) const noexcept;

    /// Equal kinds, precision, names and parts.
    friend KSQLDB_API bool operator==(const Type& a, const Type& b) noexcept;
    friend bool operator!=(const Type& a, const Type& b) noexcept { return !(a == b); }

private:
    std::shared_ptr<const detail::TypeNode> node_;
    TypeKind kind_ = TypeKind::Unknown;
};

/// A column of a result.
struct Column {
    std::string name;  ///< exact: without quotes, case as it is
    Type type;
    /// Whether it belongs to the key. The server says so for pull queries that are streamed; for
    /// all others this is false.
    bool isKey = false;
};

/// The columns of a result, in order. Shared and immutable; cheap to copy. It may outlive Client
/// and query. *thread-safe*
class KSQLDB_API Schema {
public:
    /// No columns.
    Schema();
    explicit Schema(std::vector<Column> columns);

    std::size_t size() const noexcept { return columns_ ? columns_->size() : 0; }
    /// The column at this place. Requires i < size().
    const Column& operator[](std::size_t i) const& noexcept { return (*columns_)[i]; }
    const Column& operator[](std::size_t i) const&& = delete;
    const Column* begin() const noexcept { return columns_ ? columns_->data() : nullptr; }
    const Column* end() const noexcept { return begin() + size(); }
    /// The place of the column of exactly this name, case included; of the first, where two have
    /// it.
    std::optional<std::size_t> indexOf(std::string_view name) const noexcept;
    /// The columns as ksqlDB writes them: "`USER_ID` STRING KEY, `COUNT` BIGINT".
    std::string toString() const;

private:
    std::shared_ptr<const std::vector<Column>> columns_;
};

/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, TypeKind kind);
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Type& type);
KSQLDB_API std::ostream& operator<<(std::ostream& out, const Schema& schema);

/// @}

}  // namespace ksqldb
