#pragma once
#include <ksqldb/export.h>
#include <ksqldb/result.h>
#include <ksqldb/testing/row_values.h>

#include <memory>
#include <string_view>

namespace ksqldb::testing {

/// @addtogroup testing
/// @{

/// A QueryResult made by hand, for a function that takes one, or a RowView, or structs. It needs no
/// server.
///
///     const ksqldb::QueryResult ratings =
///         ksqldb::testing::Rows("USER_ID STRING, STARS INT").row("alice", 5).row("bob", nullptr);
///
/// Columns are written as in CREATE STREAM: "ID BIGINT KEY, PRICE DECIMAL(9, 2), `Tags`
/// ARRAY<STRING>". A name without back-quotes is in upper case.
///
/// Values are all types that can be read (see from_value.h), const char*, and nullptr or
/// std::nullopt for NULL. Each has to be of its column's type: an integer for INTEGER, BIGINT,
/// DOUBLE and DECIMAL; a Decimal for DECIMAL, of no more digits than the column has. Values reach
/// the program as a real server would send them: DECIMAL with all digits of its scale, a TIME
/// without its milliseconds, a DECIMAL inside a STRUCT by way of a double.
///
/// Errors: Error(InvalidArgument), at once, with what is wrong: columns that are none, another
/// number of values than of columns, a value that is not of its column's type.
/// *reentrant*
class KSQLDB_API Rows {
public:
    explicit Rows(std::string_view columns);
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) noexcept;
    ~Rows();

    /// Adds a row: a value for each column, or a std::tuple of them, or a mapped struct (typed.h),
    /// whose fields go to the columns of their names. Columns that it does not have are NULL.
    template <class... V>
    Rows& row(const V&... values) {
        return add(detail::RowValues::of(values...));
    }
    /// Adds a row for each element of a range.
    template <class Range>
    Rows& rows(const Range& range) {
        for (const auto& element : range) row(element);
        return *this;
    }

    QueryResult result() const;
    operator QueryResult() const { return result(); }

private:
    Rows& add(const detail::RowValues& values);

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// @}

}  // namespace ksqldb::testing
