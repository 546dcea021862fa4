#pragma once
#include <ksqldb/export.h>
#include <ksqldb/raw_request.h>
#include <ksqldb/server_commands.h>
#include <ksqldb/testing/row_values.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb::testing {

/// @addtogroup testing
/// @{

/// What a Server answers, see Server::on(). It says one of these; what is said last holds:
///
/// - columns() and rows: a query,
/// - succeeds() or status(): a statement that is executed,
/// - line(): PRINT,
/// - fails(), unavailable(): a refusal,
/// - json(), http(): anything else,
/// - silent(): nothing at all.
///
/// And, besides, what goes wrong, and for how many requests it stands. A request that comes while
/// an answer is still being described gets what is described by then. The members return *this.
///
/// It is a handle: copies describe the same answer, and it may outlive the server.
///
/// Errors: Error(InvalidArgument), at once, with what is wrong. *thread-safe*
class KSQLDB_API Answer {
public:
    /// Makes it the answer to a query with these columns, see Rows. Without rows it is empty.
    ///
    /// A pull query ends after the last row. A push query (EMIT CHANGES) ends where its LIMIT is
    /// reached; without LIMIT it stays open, as a real one does, until somebody ends it or ends()
    /// is said. For rows that come later see Server::onPush().
    Answer& columns(std::string_view columns);
    /// Adds a row, see Rows::row(). Requires columns().
    template <class... V>
    Answer& row(const V&... values) {
        return add(detail::RowValues::of(values...), false);
    }
    /// Adds a row for each element of a range.
    template <class Range>
    Answer& rows(const Range& range) {
        for (const auto& element : range) row(element);
        return *this;
    }
    /// Adds a delete on a table: values for the columns of the key, nullptr for all others.
    template <class... V>
    Answer& tombstone(const V&... values) {
        return add(detail::RowValues::of(values...), true);
    }
    /// Ends a push query, or PRINT, after its last row, as if somebody had closed it.
    Answer& ends();
    /// Ends the query after its last row with this error: the status has been 200, and rows were
    /// delivered.
    Answer& thenFails(int code, std::string_view message);

    /// Makes it the answer to PRINT, and adds a line to it. Without LIMIT it stays open.
    Answer& line(std::string_view text);

    /// Makes it the answer to a statement that is executed: CREATE, DROP, INSERT INTO, TERMINATE.
    /// The id of its command is made from the statement, as ksqlDB makes it. Statements that
    /// ksqlDB answers with nothing (INSERT VALUES, SET, DEFINE) are answered so.
    Answer& succeeds(std::string_view message = "Executed");
    /// The same with any status: "QUEUED", "EXECUTING", "ERROR". For a path of /status/… it is
    /// that path's answer.
    Answer& status(const CommandStatus& status);

    /// Refuses it. `code` is ksqlDB's error code: 40001 for a wrong statement; its HTTP status is
    /// the code without the last two digits.
    Answer& fails(int code, std::string_view message);
    /// Refuses it as a server that cannot answer now: 503 with Retry-After, in whole seconds.
    Answer& unavailable(std::chrono::seconds retryAfter = std::chrono::seconds(1));

    /// Answers with this JSON: a list of entities for /ksql. It is sent as it is, and not looked
    /// at.
    Answer& json(std::string_view body);
    /// Answers with anything.
    Answer& http(int status, std::string_view body = {}, HttpHeaders headers = {});
    /// Never answers. The connection stays open.
    Answer& silent();

    /// Waits so long before the answer begins.
    Answer& delay(std::chrono::milliseconds time);
    /// Waits so long before each row, or line.
    Answer& pace(std::chrono::milliseconds time);
    /// Resets the connection instead of answering; over HTTP/2 the stream.
    Answer& resets();
    /// Resets it behind so many rows, or lines; 0: behind the header.
    Answer& resetsAfter(std::size_t rows);
    /// Sends nothing more behind so many rows, or lines; the connection stays open.
    Answer& stallsAfter(std::size_t rows);

    /// Stands for so many requests from now on. Then the one that was described before it is asked.
    Answer& times(std::size_t count);

    /// How many requests it has answered, or begun to.
    std::size_t count() const;

    struct Impl;
    explicit Answer(std::shared_ptr<Impl> impl) noexcept;

private:
    Answer& add(const detail::RowValues& values, bool isTombstone);

    std::shared_ptr<Impl> impl_;
};

/// @}

}  // namespace ksqldb::testing
