#pragma once
#include <ksqldb/export.h>
#include <ksqldb/identifier.h>
#include <ksqldb/type.h>
#include <ksqldb/value.h>
#include <ksqldb/write_value.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ksqldb {

/// @addtogroup statements
/// @{

namespace detail {

struct StatementParts;

/// Writes values as literals of ksqlDB's SQL at the end of a text. `number` and `name` say in
/// errors which value it is.
class KSQLDB_API SqlWriter {
public:
    SqlWriter(std::string& out, std::size_t number, std::string_view name)
        : out_(&out), number_(number), name_(name) {}

    void write(std::nullptr_t) { writeNull(TypeKind::Unknown); }
    /// Of the type that it would have, if that is known.
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
    void element();
    void endArray() { close(']'); }
    void beginMap(std::size_t size);
    template <class K>
    void key(const K& value) {
        element();
        writeValue(*this, value);
        assign();
    }
    void endMap() { close(')'); }
    void beginStruct();
    void field(std::string_view name);
    void endStruct() { close(')'); }

private:
    /// An ARRAY, MAP or STRUCT that has not ended.
    struct Open {
        bool isStruct;
        std::size_t partAt = 0;  ///< where its newest part begins
        std::size_t parts = 0;
        std::size_t nulls = 0;
        std::size_t firstNullAt = 0;
        TypeKind firstNull = TypeKind::Unknown;
    };

    void open(std::string_view text, bool isStruct);
    void close(char bracket);
    void assign();
    void time(const std::string& text, std::string_view type);
    [[noreturn]] void fail(ErrorCode code, const std::string& what) const;

    std::string* out_;
    std::size_t number_;
    std::string_view name_;
    std::vector<Open> open_;
};

}  // namespace detail

/// One SQL statement, with or without values in it.
///
/// Without, its text goes to the server byte for byte, so it ends with `;`. With bind() or
/// bindNamed(), each placeholder in the text becomes a literal of ksqlDB's, which no value can
/// break out of:
///
///     Statement("SELECT * FROM R WHERE USER_ID = ? AND STARS > ?;").bind(user, 3)
///     Statement("INSERT INTO ? (ID, TEXT) VALUES (:id, :text);")
///         .bind(Identifier("my ratings")).bindNamed("id", 7).bindNamed("text", "it's")
///
/// `?` and `:name` in strings, quoted names and comments are text, and so is `${name}`, which the
/// server itself replaces by a session variable.
///
/// Values are all types that can be read (see from_value.h), const char*, nullptr for NULL, and
/// those of ksqldb::ToValue, nested at will; and Identifier, where a name belongs, not a value.
/// Three things to know of ksqlDB:
/// * A Date, TimeOfDay or Timestamp is written as text, '2020-05-26', which ksqlDB takes for one
///   where it stands beside a column of that type, ROWTIME or WINDOWSTART. Elsewhere, as for a
///   function's argument, write CAST(? AS DATE). Inside ARRAY, MAP and STRUCT the CAST is there.
/// * A NULL in an ARRAY, MAP or STRUCT needs a type. So where an ARRAY or MAP has only NULLs, the
///   first is written as CAST(NULL AS …), and a STRUCT's field that is NULL is left out: INSERT
///   VALUES takes what is missing for NULL.
/// * A text with `${` in it would be changed by the server's session variables. It is sent as
///   CONCAT('$', '{…'), which LIKE and WITH (…) refuse.
///
/// Keeps no reference to the values: they are written into it at once. *reentrant*
class KSQLDB_API Statement {
public:
    /// Throws Error(InvalidArgument) for a null pointer.
    Statement(const char* sql);
    Statement(std::string_view sql);
    Statement(std::string sql);
    Statement(std::nullptr_t) = delete;
    Statement(const Statement& other);
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement other) noexcept;
    ~Statement();

    /// Gives the next placeholders `?` their values, in order; a further call goes on where this
    /// one ended. Throws Error(InvalidArgument) for a value that has no literal: NaN, an infinity,
    /// an empty ARRAY or MAP, text that is not UTF-8 or holds a NUL; Error(OutOfRange) for an
    /// integer beyond BIGINT. Then nothing of this call is bound.
    template <class... V>
    Statement& bind(const V&... values) {
        static_assert(sizeof...(V) > 0, "bind() without values");
        const Change change(*this);
        (add({}, values), ...);
        commit();
        return *this;
    }
    /// Gives all placeholders `:name` of this name their value. The name is without the colon, its
    /// case counts. Throws as bind() does, and Error(InvalidArgument) for an empty name.
    template <class V>
    Statement& bindNamed(std::string_view name, const V& value) {
        checkName(name);
        const Change change(*this);
        add(name, value);
        commit();
        return *this;
    }
    /// Takes all values back, so that the Statement can be given others.
    Statement& unbind() noexcept;

    /// What is sent: the text, its placeholders replaced. If anything was bound, it throws
    /// Error(InvalidArgument) that names every value too few, too many, twice or unknown, and for a
    /// text with a quote, a comment or `${` that is not closed. Every call that takes a Statement
    /// throws this Error before anything is sent.
    std::string sql() const;
    /// The text as it was given.
    const std::string& text() const noexcept;

private:
    /// Takes back what was added and not committed.
    class Change {
    public:
        explicit Change(Statement& statement) : statement_(statement) { statement.ensureParts(); }
        Change(const Change&) = delete;
        Change& operator=(const Change&) = delete;
        ~Change() { statement_.dropUncommitted(); }

    private:
        Statement& statement_;
    };

    template <class V>
    void add(std::string_view name, const V& value) {
        if constexpr (std::is_same_v<V, Identifier>) {
            addName(name, value);
        } else {
            detail::SqlWriter writer = literal(name);
            detail::writeValue(writer, value);
        }
    }
    static void checkName(std::string_view name);
    void ensureParts();
    void addName(std::string_view name, const Identifier& value);
    detail::SqlWriter literal(std::string_view name);
    void commit() noexcept;
    void dropUncommitted() noexcept;

    std::unique_ptr<detail::StatementParts> parts_;
};

/// @}

}  // namespace ksqldb
