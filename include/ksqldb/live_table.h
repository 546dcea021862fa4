#pragma once
#include <ksqldb/client.h>
#include <ksqldb/export.h>
#include <ksqldb/header.h>
#include <ksqldb/live_rows.h>
#include <ksqldb/options.h>
#include <ksqldb/retry.h>
#include <ksqldb/statement.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb {

/// @addtogroup queries
/// @{

namespace detail {
struct LiveTableSettings;
class TableQuery;
class TableRun;
}  // namespace detail

/// What a live table follows: a table by its name, or a statement. *reentrant*
class KSQLDB_API TableSource {
public:
    /// The table of this name, as it stands in SQL: in capitals, unless it is in back-quotes. All
    /// its columns are followed. Throws Error(InvalidArgument) for what is no name.
    TableSource(std::string_view name);
    TableSource(const char* name);
    TableSource(const std::string& name) : TableSource(std::string_view(name)) {}
    TableSource(std::nullptr_t) = delete;
    TableSource(const Identifier& name);
    /// A push query whose result is a table: it reads a table, or has GROUP BY. Its columns must
    /// contain the whole key. Throws Error(InvalidArgument) for a statement without EMIT CHANGES.
    TableSource(const Statement& statement);

private:
    friend class detail::TableQuery;
    std::string sql_;
};

/// How a live table finds out that it has all rows that were there when its query began.
enum class CaughtUpBy : std::uint8_t {
    PullQuery,  ///< when all rows have come that a pull query finds. As QuietTime where the server
                ///< answers no pull query, for example for a table that no query has made. It is
                ///< asked again where it fails for now, as right after CREATE TABLE AS SELECT
    QuietTime,  ///< when nothing has come for LiveTableOptions::quietTime
};

/// What a live table's rows are worth.
enum class LiveTableState : std::uint8_t {
    Reading,  ///< the rows that were there at the beginning have not all come
    Live,     ///< they have come, and changes are taken as they come
    Stale,    ///< the rows are those of the last moment that was Live; the query begins anew
    Ended,    ///< the query has ended for good; the rows stay as they were
};

/// The name as it is written here: "Reading". *thread-safe*
KSQLDB_API std::string_view toString(CaughtUpBy how) noexcept;
KSQLDB_API std::string_view toString(LiveTableState state) noexcept;
/// Writes toString().
KSQLDB_API std::ostream& operator<<(std::ostream& out, CaughtUpBy how);
KSQLDB_API std::ostream& operator<<(std::ostream& out, LiveTableState state);

/// Options of a LiveTable. Errors: its constructor throws Error(InvalidArgument) for what cannot be
/// right. *reentrant*
class KSQLDB_API LiveTableOptions {
public:
    LiveTableOptions();
    LiveTableOptions(const LiveTableOptions& other);
    LiveTableOptions(LiveTableOptions&& other) noexcept;
    LiveTableOptions& operator=(LiveTableOptions other) noexcept;
    ~LiveTableOptions();

    /// Sets the options of the push query: executor, cancelToken, property and others.
    /// offsetReset() and tombstones() have no effect. Overflow::KeepLatest and timeout() are
    /// refused. So are resume() and continueFrom(), which would lose rows: restart() loses none.
    LiveTableOptions& stream(StreamOptions options);
    /// Sets how the table finds out that it has caught up. Default: PullQuery.
    LiveTableOptions& caughtUpBy(CaughtUpBy how);
    /// Sets after how long a silence the table counts as caught up, where no pull query can tell.
    /// Default: 2 s; 0 is refused.
    LiveTableOptions& quietTime(milliseconds time);
    /// Limits the time from a query's header until the table counts as caught up, whatever has
    /// come. It is for sources that cannot be pulled and are never quiet, and for those whose pull
    /// queries keep failing. Default: 0, no limit.
    LiveTableOptions& caughtUpAtLatest(milliseconds limit);
    /// Starts the query again when it ends although the program has not ended it: after an Error
    /// that may pass, and after Ending::Kind::Finished, which a server also says when it stops. It
    /// is the end where this Client closed or terminated the query by its id.
    /// Default: off.
    /// - attempts() of the policy counts the queries in a row with which the table has not caught
    ///   up.
    /// - within() begins at the end of the last query with which it had.
    /// - When it allows no further query, the table ends with the last Error, or with Finished.
    LiveTableOptions& restart(RetryPolicy policy);

private:
    friend struct detail::LiveTableSettings;
    std::unique_ptr<detail::LiveTableSettings> settings_;
};

/// What a live table tells besides changes.
struct LiveTableEvents {
    /// The table has caught up: its rows are those that were there when the query began, or newer.
    /// Called again after each onRestart.
    std::function<void()> onCaughtUp;
    /// The query has ended and is started again (LiveTableOptions::restart()). The rows stay as
    /// they are until the new query has caught up.
    std::function<void(const Ending& why)> onRestart;
    /// The table has ended. Called once, and nothing after it.
    std::function<void(const Ending&)> onEnd;
};

/// Called like the callbacks of a stream (StreamCallbacks): on a delivery thread or by the
/// executor, never two at once. Each may be empty. They may use the table, also before its
/// constructor has returned; what they read there is at least as new as what they are told.
/// - onInsert and onUpdate cost a copy of the row. An update to an equal row is not told.
/// - A callback that throws ends the query, with the ksqldb::Error that it threw or with
///   Error(CallbackThrew).
/// - When a query that was started again has caught up, only the differences are told.
template <class Key, class T>
struct LiveTableCallbacks : LiveTableEvents {
    /// There is a row of a new key.
    std::function<void(const Key&, const T&)> onInsert;
    /// The row of this key has changed.
    std::function<void(const Key&, const T& before, const T& after)> onUpdate;
    /// The row of this key is gone.
    std::function<void(const Key&, const T& before)> onDelete;
};

namespace detail {

/// The query behind a LiveTable: what of it does not depend on the rows' type.
class KSQLDB_API TableQuery {
public:
    TableQuery(Client& client, const TableSource& source, std::shared_ptr<TableRows> rows,
               LiveTableEvents events, const LiveTableOptions& options);
    /// As ~Subscription.
    ~TableQuery();
    TableQuery(const TableQuery&) = delete;
    TableQuery& operator=(const TableQuery&) = delete;

    void start();
    void close() noexcept;
    bool waitCaughtUp(milliseconds limit) const;
    bool waitFor(milliseconds limit) const;
    void wait() const;
    LiveTableState state() const;
    std::optional<Ending> ending() const;

private:
    std::shared_ptr<TableRun> run_;
};

}  // namespace detail

/// A table of ksqlDB's in memory, kept up to date. One push query brings its present rows and then
/// every change; no change is lost between the two.
///
///     ksqldb::LiveTable<std::string, Balance> table(client, "BALANCES");
///     if (!table.waitCaughtUp(30s)) …
///     std::optional<Balance> alice = table.find("alice");
///
/// - T is a struct with ksqldbFields() (typed.h), a tuple, or ksqldb::Row. It can be copied and
///   moved, and has == or mapped members that have. All but Row are default constructible.
/// - Key is the type of T's one key(); or a std::tuple of the types of its key()s; or a struct with
///   ksqldbFields() that names the key's columns. A key may be a STRUCT. The key of a windowed
///   table includes WINDOWSTART and WINDOWEND.
/// - Map is std::map, std::unordered_map or a type with their members find, emplace,
///   erase(iterator), swap, size, begin and end.
///
/// Name the whole key: with a part of it, rows overwrite each other. The library cannot check this,
/// because headers of push queries do not say which columns are the key.
///
/// Memory: while a query that was started again catches up, the table holds the old rows and the
/// new ones, and near the end the keys that a pull query has found.
///
/// Errors: an Error ends the query and is told once, by onEnd and ending(). A header that T does
/// not fit is Error(RowMismatch). The rows stay, and state() says what they are worth. The
/// constructor throws Error(InvalidArgument) for options that cannot be right.
///
/// Lifetime: it may outlive the Client, whose end ends it. Its destructor ends the query and waits
/// for a callback that is running, as ~Subscription does. Move-only; a moved-from one may only be
/// assigned to or destroyed.
///
/// Threads: *thread-safe*, save for move and destruction.
/// Source: POST /query-stream.
template <class Key, class T, class Map = std::map<Key, T>>
class LiveTable {
public:
    /// Starts the query, and returns at once. The Client may go before the table.
    LiveTable(Client& client, const TableSource& source, LiveTableCallbacks<Key, T> callbacks = {},
              const LiveTableOptions& options = {})
        : rows_(std::make_shared<Rows>(detail::ChangeCallbacks<Key, T>{
              std::move(callbacks.onInsert), std::move(callbacks.onUpdate),
              std::move(callbacks.onDelete)})),
          query_(std::make_unique<detail::TableQuery>(client, source, rows_, std::move(callbacks),
                                                      options)) {
        query_->start();
    }

    /// A copy of the row of this key.
    std::optional<T> find(const Key& key) const {
        return read([&](const Map& rows) -> std::optional<T> {
            const auto found = rows.find(key);
            if (found == rows.end()) return std::nullopt;
            return found->second;
        });
    }
    /// How many rows there are.
    std::size_t size() const {
        return read([](const Map& rows) { return static_cast<std::size_t>(rows.size()); });
    }
    /// A copy of all rows at one moment.
    Map snapshot() const {
        return read([](const Map& rows) { return rows; });
    }
    /// Calls function(const Map&) and returns what it returns. It reads all rows of one moment
    /// without a copy. Meanwhile no change is taken. The function must not call the table, and no
    /// reference to a row may leave it.
    template <class F>
    auto read(F&& function) const -> decltype(function(std::declval<const Map&>())) {
        return rows_->read(std::forward<F>(function));
    }

    /// What the rows are worth.
    LiveTableState state() const { return query_->state(); }
    /// How the query has ended for good; none while it runs or begins anew.
    std::optional<Ending> ending() const { return query_->ending(); }

    /// Waits until state() is Live. False: the limit or the table's end came first. Throws
    /// Error(WouldDeadlock) inside a callback; so do waitFor() and wait().
    [[nodiscard]] bool waitCaughtUp(milliseconds limit) const {
        return query_->waitCaughtUp(limit);
    }
    /// Waits until onEnd has returned. False: the limit came first.
    [[nodiscard]] bool waitFor(milliseconds limit) const { return query_->waitFor(limit); }
    /// Waits until onEnd has returned.
    void wait() const { query_->wait(); }

    /// Ends the query, also while it waits to be started again. Returns at once. onEnd(Cancelled)
    /// follows, unless the query had already ended. The rows stay.
    void close() noexcept { query_->close(); }

private:
    using Rows = detail::LiveRows<Key, T, Map>;

    std::shared_ptr<Rows> rows_;
    std::unique_ptr<detail::TableQuery> query_;
};

/// @}

}  // namespace ksqldb
