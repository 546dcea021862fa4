#pragma once
#include <ksqldb/export.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb {

namespace detail {
struct TypeNode;
}  // namespace detail

/// ksqlDB's SQL types. Unknown is a type of a newer server: its text is kept, its values can be
/// read by the form in which they came.
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

/// A column's type: a whole tree, shared and immutable. *thread-safe*
class KSQLDB_API Type {
public:
    Type() noexcept;  ///< Unknown, with no text
    explicit Type(std::shared_ptr<const detail::TypeNode> node) noexcept;

    TypeKind kind() const noexcept { return kind_; }
    /// As ksqlDB writes it: "DECIMAL(4, 2)", "MAP<STRING, ARRAY<INTEGER>>", "STRUCT<`F 1` STRING>".
    std::string text() const;
    int precision() const noexcept;  ///< DECIMAL; else 0
    int scale() const noexcept;      ///< DECIMAL; else 0
    const Type& element() const;     ///< ARRAY: element, MAP: value; else throws Error(WrongType)
    const Type& key() const;         ///< MAP; else throws Error(WrongType)
    std::size_t fieldCount() const noexcept;            ///< STRUCT; else 0
    const std::string& fieldName(std::size_t i) const;  ///< throws Error(OutOfRange)
    const Type& field(std::size_t i) const;             ///< throws Error(OutOfRange)
    std::optional<std::size_t> fieldIndex(std::string_view name) const noexcept;  ///< exact name

    /// Equal kinds, precision, names and parts.
    friend KSQLDB_API bool operator==(const Type& a, const Type& b) noexcept;
    friend bool operator!=(const Type& a, const Type& b) noexcept { return !(a == b); }

private:
    std::shared_ptr<const detail::TypeNode> node_;
    TypeKind kind_ = TypeKind::Unknown;
};

struct Column {
    std::string name;  ///< as in the header: raw, without quotes, case as it is
    Type type;
    bool isKey =
        false;  ///< known for pull queries in StreamedRow form only; push headers do not say
};

/// The columns of a result, in order. Shared and immutable; cheap to copy; outlives client and
/// query. *thread-safe*
class KSQLDB_API Schema {
public:
    Schema();  ///< no columns
    explicit Schema(std::vector<Column> columns);

    std::size_t size() const noexcept { return columns_ ? columns_->size() : 0; }
    /// Requires i < size().
    const Column& operator[](std::size_t i) const noexcept { return (*columns_)[i]; }
    const Column* begin() const noexcept { return columns_ ? columns_->data() : nullptr; }
    const Column* end() const noexcept { return begin() + size(); }
    /// The column of exactly this name, case included. The first, where two have it.
    std::optional<std::size_t> indexOf(std::string_view name) const noexcept;
    /// "`USER_ID` STRING, `COUNT` BIGINT"
    std::string text() const;

private:
    std::shared_ptr<const std::vector<Column>> columns_;
};

}  // namespace ksqldb
