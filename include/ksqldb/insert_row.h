#pragma once
#include <ksqldb/export.h>
#include <ksqldb/from_value.h>
#include <ksqldb/type.h>
#include <ksqldb/typed.h>
#include <ksqldb/value.h>
#include <ksqldb/write_value.h>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace ksqldb {

/// @addtogroup inserts
/// @{

class Client;
class InsertRow;
class InsertRows;

namespace detail {

/// A row as JSON, and what JSON does not tell of it: for each text, object and null, in order,
/// which type it was.
struct WrittenRow {
    std::string_view json;
    std::string_view types;
};

/// Writes values as the JSON that /inserts-stream takes.
class KSQLDB_API InsertWriter {
public:
    InsertWriter();
    InsertWriter(InsertWriter&&) noexcept;
    InsertWriter& operator=(InsertWriter&&) noexcept;
    ~InsertWriter();

    void clear();
    void name(std::string_view name, bool exact);
    std::string_view finish();
    /// The same, with its types.
    WrittenRow finishTyped();

    void write(std::nullptr_t) { writeNull(TypeKind::Unknown); }
    void writeNull(TypeKind kind);
    void write(bool value);
    void write(std::int64_t value);
    void write(std::uint64_t value);
    void write(double value);
    void write(std::string_view value);
    void write(const Decimal& value);
    void write(const Bytes& value);
    void write(Date value);
    void write(TimeOfDay value);
    void write(Timestamp value);

    void beginArray(std::size_t size);
    void element() {}
    void endArray();
    void beginMap(std::size_t size);
    template <class K>
    void key(const K& text) {
        static_assert(isText<K>, "a MAP's keys are strings: ksqlDB takes no others in an insert");
        writeKey(textOf(text));
    }
    void endMap();
    void beginStruct();
    void field(std::string_view column) { name(column, true); }
    void endStruct();

private:
    void writeKey(std::string_view text);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace detail

/// One row to insert. It is written as JSON into a buffer of its own, so use one object for many
/// rows, with clear() between them:
///
///     row.clear().set("SENSOR", "s1").set("VALUE", 0.5);
///
/// Values are all types that can be read (see from_value.h), const char*, and nullptr for NULL. A
/// MAP's keys must be texts. A type of one's own is written through ksqldb::ToValue.
///
/// Errors: set() throws
/// - Error(InvalidArgument) for a double that is not finite, and for text that is not UTF-8,
/// - Error(OutOfRange) for an integer beyond BIGINT.
///
/// After such an error only clear() is allowed; the others throw Error(InvalidArgument).
///
/// Threads: *reentrant*
class KSQLDB_API InsertRow {
public:
    /// What ksqlDB makes of a column's name.
    enum class Names : std::uint8_t {
        Sql,    ///< as SQL does: upper case, unless the name is written in back-quotes
        Exact,  ///< the name as it is
    };
    explicit InsertRow(Names names = Names::Sql) : exact_(names == Names::Exact) {}

    /// Empties the row.
    InsertRow& clear() {
        writer_.clear();
        return *this;
    }
    /// Sets a column to a value. Set each column once. Throws Error(InvalidArgument) once
    /// the row is finished, by json() or by inserting it: clear() first.
    template <class T>
    InsertRow& set(std::string_view column, const T& value) {
        writer_.name(column, exact_);
        detail::writeValue(writer_, value);
        return *this;
    }
    /// Sets the columns of all fields of a mapped struct, see typed.h. Their names are exact.
    template <class T>
    std::enable_if_t<detail::IsMapped<T>::value, InsertRow&> set(const T& object) {
        detail::writeMembers(writer_, object);
        return *this;
    }

    /// Finishes the row and gives its JSON: {"SENSOR":"s1","VALUE":0.5}. The text lives until the
    /// next call.
    std::string_view json() { return writer_.finish(); }

private:
    friend class InsertRows;
    friend class Client;
    detail::InsertWriter writer_;
    bool exact_;
};

/// The name as it is written here: "Exact". *thread-safe*
KSQLDB_API std::string_view toString(InsertRow::Names names) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, InsertRow::Names names);

/// @}

}  // namespace ksqldb
