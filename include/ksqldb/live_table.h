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

// A table of ksqlDB's that is kept up to date in the program's memory.
//
//     ksqldb::LiveTable<std::string, Balance> table(client, "BALANCES");
//     if (!table.waitCaughtUp(30s)) …
//     std::optional<Balance> alice = table.find("alice");

namespace ksqldb {

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
    /// A push query whose result is a table: over a table, or with GROUP BY. Its columns have to
    /// bring the whole key. Throws Error(InvalidArgument) for what has no EMIT CHANGES.
    TableSource(const Statement& statement);

private:
    friend class detail::TableQuery;
    std::string sql_;
};

/// How a live table finds out that it has all rows that were there when its query began.
enum class CaughtUpBy : std::uint8_t {
    PullQuery,  ///< by a pull query: when all rows that it finds have come; where the server can
                ///< answer none, for example for a table that no query has made: as QuietTime
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

    /// Sets the options of the push query: executor, cancelToken, property and others. Where it
    /// starts and what it does with deletes is not theirs to say; Overflow::KeepLatest is refused.
    LiveTableOptions& stream(StreamOptions options);
    /// Sets how the table finds out that it has caught up. Default: PullQuery.
    LiveTableOptions& caughtUpBy(CaughtUpBy how);
    /// Sets how long nothing has to come until the table counts as caught up, where no pull query
    /// can say it. Default: 2 s; 0 is refused.
    LiveTableOptions& quietTime(milliseconds time);
    /// Limits the time from a query's header until the table counts as caught up, whatever comes.
    /// It is for sources that can neither be pulled nor are ever quiet. Default: 0, no limit.
    LiveTableOptions& caughtUpAtLatest(milliseconds limit);
    /// Starts the query anew when it ends though nobody here has ended it: for an Error that may
    /// pass, and where the server said that it is finished, which it says when it stops.
    /// The policy is for the queries in a row with which the table does not catch up, and its
    /// within() begins with the end of the last one that had; then the table ends with the last
    /// Error, or Finished. Default: off.
    LiveTableOptions& restart(RetryPolicy policy);

private:
    friend struct detail::LiveTableSettings;
    std::unique_ptr<detail::LiveTableSettings> settings_;
};

/// What a live table tells besides changes.
struct LiveTableEvents {
    /// The rows are those that were there when the query began, or newer. Comes again after each
    /// onRestart.
    std::function<void()> onCaughtUp;
    /// The query has ended, and a new one follows (LiveTableOptions::restart). The rows stay as
    /// they are until that one has caught up.
    std::function<void(const Ending& why)> onRestart;
    /// Once, and nothing after it.
    std::function<void(const Ending&)> onEnd;
};

/// Called like those of a stream (StreamCallbacks): on a delivery thread or by the executor, never
/// two at once. Each may be empty. They may use the table, also before its constructor has
/// returned; what they read is at least as new as what they are told.
/// - onInsert and onUpdate cost a copy of the row. An update to an equal row is not told.
/// - One that throws ends the query: Error(CallbackThrew), or the ksqldb::Error that it threw.
///
/// After a query that began anew only differences are told, when it has caught up.
template <class Key, class T>
struct LiveTableCallbacks : LiveTableEvents {
    std::function<void(const Key&, const T&)> onInsert;
    std::function<void(const Key&, const T& before, const T& after)> onUpdate;
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

/// A table of ksqlDB's in memory: one push query from the beginning brings its present rows, then
/// every change. Nothing can fall between.
///
/// - T is a struct with ksqldbFields() (typed.h), a tuple, or ksqldb::Row. It is default
///   constructible (but Row), can be copied and moved, and has == or mapped members that have.
/// - Key is the type of T's one key(); or a std::tuple of the types of its key()s; or a struct with
///   ksqldbFields() that names the key's columns. A key may be a STRUCT. Of a windowed table
///   WINDOWSTART and WINDOWEND belong to the key.
/// - Map is std::map, std::unordered_map or what has their members find, emplace, erase(iterator),
///   swap, size, begin and end.
///
/// A key that is not the whole one makes rows overwrite each other: headers of push queries do not
/// say which columns are the key, so nothing can be checked.
///
/// While a query reads anew the table holds the old rows and the new ones, and, near its end, what
/// a pull query has found.
///
/// Errors: what goes wrong ends the query and is told once, by onEnd and ending(): a header that T
/// does not fit is Error(RowMismatch). The constructor throws Error(InvalidArgument) for options
/// that cannot be right. The rows stay, and state() says what they are worth.
///
/// Lifetime: it may outlive the Client, whose end is its end. Its destructor ends the query and
/// waits for a callback that is running, as ~Subscription does. Move-only; a moved-from one may
/// only be assigned to or destroyed.
///
/// Threads: *thread-safe*, save for move and destruction.
/// Source: POST /query-stream.
template <class Key, class T, class Map = std::map<Key, T>>
class LiveTable {
public:
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
    /// Calls function(const Map&) and returns what it returns: for iterating over all rows at one
    /// moment without a copy. Meanwhile no change is taken. The function must not call the table,
    /// and no reference to a row may leave it.
    template <class F>
    auto read(F&& function) const -> decltype(function(std::declval<const Map&>())) {
        return rows_->read(std::forward<F>(function));
    }

    LiveTableState state() const { return query_->state(); }
    /// How the query has ended for good; none while it runs or begins anew.
    std::optional<Ending> ending() const { return query_->ending(); }

    /// Until state() is Live. False: the limit came first, or the end. Throws Error(WouldDeadlock)
    /// inside a callback; so do the other two.
    [[nodiscard]] bool waitCaughtUp(milliseconds limit) const {
        return query_->waitCaughtUp(limit);
    }
    /// Until onEnd has returned. False: the limit came first.
    [[nodiscard]] bool waitFor(milliseconds limit) const { return query_->waitFor(limit); }
    void wait() const { query_->wait(); }

    /// Ends the query, also while it waits to begin anew. Returns at once; onEnd(Cancelled)
    /// follows, unless the end was on its way. The rows stay.
    void close() noexcept { query_->close(); }

private:
    using Rows = detail::LiveRows<Key, T, Map>;

    std::shared_ptr<Rows> rows_;
    std::unique_ptr<detail::TableQuery> query_;
};

}  // namespace ksqldb
