#pragma once
#include <ksqldb/export.h>
#include <ksqldb/testing/row_values.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace ksqldb::testing {

/// @addtogroup testing
/// @{

/// A push query whose rows the test sends while the program listens, see Server::onPush():
///
///     auto ratings = server.onPush("SELECT * FROM RATINGS EMIT CHANGES;")
///                        .columns("USER_ID STRING, STARS INT");
///     …                                    // the program begins to listen
///     ratings.waitForSubscribers(1, 5s);
///     ratings.send("alice", 5);
///
/// Every request for it is a query of its own, and a subscriber until it ends. A query gets the
/// rows that are sent from its beginning on; with auto.offset.reset=earliest all that were ever
/// sent. With LIMIT it ends behind so many. It also ends by TERMINATE, by Client::closeQuery(), or
/// when the client goes.
///
/// It is a handle: copies are the same query, and it may outlive the server.
///
/// Errors: Error(InvalidArgument), at once, with what is wrong. *thread-safe*
class KSQLDB_API Push {
public:
    /// Sets the columns, see Rows. Before that, requests are refused. Throws Error(InvalidArgument)
    /// once rows were sent.
    Push& columns(std::string_view columns);

    /// Sends a row to all subscribers, see Rows::row(). Returns how many there are.
    template <class... V>
    std::size_t send(const V&... values) {
        return add(detail::RowValues::of(values...), false);
    }
    /// Sends a delete on a table: values for the columns of the key, nullptr for all others.
    template <class... V>
    std::size_t sendTombstone(const V&... values) {
        return add(detail::RowValues::of(values...), true);
    }
    /// Sends a continuation token to the subscribers that asked for such. A query that goes on from
    /// it gets all rows that were sent after it.
    void sendToken();

    /// Ends the queries that run now, behind what was sent, as if somebody had closed them. Others
    /// may come after.
    void end();
    /// Ends the queries that run now with this error, behind what was sent.
    void fail(int code, std::string_view message);
    /// Resets the connections of the queries that run now, behind what was sent; over HTTP/2 their
    /// streams.
    void disconnect();

    /// How many queries run.
    std::size_t subscribers() const;
    /// Waits until exactly so many run. False if they do not in time.
    bool waitForSubscribers(std::size_t count, std::chrono::milliseconds timeout) const;

    struct Impl;
    explicit Push(std::shared_ptr<Impl> impl) noexcept;

private:
    std::size_t add(const detail::RowValues& values, bool isTombstone);

    std::shared_ptr<Impl> impl_;
};

/// @}

}  // namespace ksqldb::testing
