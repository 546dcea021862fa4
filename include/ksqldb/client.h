#pragma once
#include <ksqldb/command.h>
#include <ksqldb/command_options.h>
#include <ksqldb/export.h>
#include <ksqldb/inserts.h>
#include <ksqldb/line_stream.h>
#include <ksqldb/options.h>
#include <ksqldb/outcome.h>
#include <ksqldb/result.h>
#include <ksqldb/result_stream.h>
#include <ksqldb/server_info.h>
#include <ksqldb/statement.h>
#include <ksqldb/statements.h>
#include <ksqldb/statistics.h>
#include <ksqldb/stream.h>
#include <ksqldb/typed.h>
#include <ksqldb/typed_result.h>
#include <ksqldb/typed_stream.h>

#include <cstdint>
#include <functional>
#include <future>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb {

/// @addtogroup client
/// @{

namespace detail {
class ClientCore;
enum class QueryAnswer : std::uint8_t;
class TableQuery;

/// There is none, so that a list of them can only be `{}`.
struct NoOption {
    NoOption() = delete;
};
}  // namespace detail

/// A ksqlDB server, or a cluster of them. It owns its connections, an event loop thread, one for
/// futures, the delivery threads, and one for a CredentialProvider. Make one and share it.
///
/// Errors: what the server, the network or the SQL does is never thrown by the member itself. It
/// arrives in the future, in onEnd or from next(). So does Error(ClientClosed) for a closed Client.
/// The members throw
/// - Error(InvalidArgument) for options that cannot be right,
/// - Error(InvalidArgument) for a Statement whose values do not fit it,
/// - Error(NoThread) where the system has no thread left.
///
/// Threads: *thread-safe*, save for move and destruction. A moved-from Client may only be assigned
/// to or destroyed.
///
/// After fork(), in the child:
/// - Every call fails with Error(UsedAfterFork): a future holds it, other members throw it. So does
///   every member of a handle that would wait.
/// - Destructors wait for nothing.
/// - A future from before the fork() never becomes ready.
/// - A new Client works. The parent's goes on as if nothing had happened.
///
/// Programs that the process starts inherit no connection to a server. The library's threads block
/// all signals: no handler of the application's runs on them.
///
/// A Client may be static: exit() destroys it as any other, which waits for callbacks that run. One
/// that is not destroyed, after quick_exit() for example, ends with the process; what its callbacks
/// use has to live until then.
///
/// Three words of this documentation:
/// - *thread-safe*: may be used by any thread at any time.
/// - *reentrant*: may be used by any thread, but one object by one thread at a time.
/// - *thread-bound*: may be used by the thread that owns it only.
class KSQLDB_API Client {
public:
    /// Does not connect. Throws Error(InvalidArgument) for options that cannot be right, and
    /// Error(NoThread), Error(NoDescriptor) or Error(NoMemory) where this machine has no more of
    /// these.
    explicit Client(ClientOptions options = {});
    /// The server at this URL, as ClientOptions(url) takes it, and the defaults of ClientOptions:
    ///
    ///     ksqldb::Client client("http://localhost:8088");
    explicit Client(std::string_view url);
    /// The same. Throws Error(InvalidArgument) for a null pointer, as getenv() may give it.
    explicit Client(const char* url);
    Client(std::nullptr_t) = delete;
    /// The server at http://host:port.
    Client(std::string_view host, std::uint16_t port);
    Client(Client&& other) noexcept;
    Client& operator=(Client&& other) noexcept;
    /// Closes as close() does, then joins the threads. On a thread of the library's, for example
    /// inside a callback, it waits for nothing: the threads end by themselves. No callback may use
    /// a Client whose destructor has returned.
    ~Client();

    /// Runs a query and brings its whole result: for pull queries, and for push queries with LIMIT.
    /// Without LIMIT a push query ends only by a limit of QueryOptions, with that limit's Error.
    /// The future's destructor neither blocks nor cancels; QueryOptions::cancelToken() cancels. The
    /// future may be waited for inside a callback.
    /// Source: POST /query-stream.
    [[nodiscard]] std::future<QueryResult> executeQuery(Statement statement,
                                                        QueryOptions options = {});
    /// The same, and brings the header (query id, schema) as soon as it is there. If the query
    /// fails before its header, both futures hold the Error.
    [[nodiscard]] std::future<QueryResult> executeQuery(Statement statement, QueryOptions options,
                                                        std::promise<Header> header);
    /// The same for programs that must not block. `done` runs once, on the executor or, without
    /// one, on a delivery thread, and is destroyed there. If the executor drops its task, `done` is
    /// never called.
    void executeQuery(Statement statement, QueryOptions options,
                      std::function<void(Outcome<QueryResult>)> done, Executor executor = {});
    /// Runs a query and brings its whole result as the application's own type, see typed.h. The
    /// rows are read while they arrive, which is faster than QueryResult::as(), and no other form
    /// of them is kept. All that executeQuery() says holds here, too.
    /// - A header that T does not fit ends the query with Error(RowMismatch).
    /// - A value that cannot be read ends the query with its Error.
    /// - What T's own code throws ends the query: an Error as it is, std::bad_alloc as
    ///   Error(NoMemory), all else as Error(CallbackThrew).
    /// - A delete on a table never comes as a row: it is left out.
    ///
    /// Threads: Ts are made on the thread that satisfies the futures of this Client. So T's own
    /// code (constructors, FromValue) runs there. It must not wait for a future of the same Client,
    /// which could not become ready.
    ///
    ///     for (const Rating& rating : client.executeQuery<Rating>("SELECT …;").get()) …
    ///
    /// Source: POST /query-stream.
    template <class T>
    [[nodiscard]] std::future<std::vector<T>> executeQuery(Statement statement,
                                                           QueryOptions options = {});
    /// The same for programs that must not block. `done` is called as above.
    template <class T>
    void executeQuery(Statement statement, QueryOptions options,
                      std::function<void(Outcome<std::vector<T>>)> done, Executor executor = {});

    /// Runs a query and calls back for each row as it comes. It is meant for push queries, which do
    /// not end without LIMIT. By default a push query brings only what is new; see
    /// StreamOptions::offsetReset(). Throws Error(InvalidArgument) where both onRow and onRows are
    /// set.
    /// Source: POST /query-stream.
    [[nodiscard]] Subscription streamQuery(Statement statement, StreamCallbacks callbacks,
                                           StreamOptions options = {});
    /// The same, with rows as the application's own type, see typed.h.
    /// - A header that T does not fit ends the stream with Error(RowMismatch).
    /// - A value that cannot be read ends the stream with its Error.
    /// - A delete on a table never comes as a row. `onDelete` gets it, with the key columns set and
    ///   all others null. Without `onDelete` deletes are skipped. StreamOptions::tombstones() has
    ///   no effect.
    template <class T>
    [[nodiscard]] Subscription streamQuery(
        Statement statement, std::function<void(StreamControl&, T&&)> onRow,
        std::function<void(const Ending&)> onEnd = {}, StreamOptions options = {},
        std::function<void(StreamControl&, RowView)> onDelete = {});
    /// Runs a query whose rows the program asks for. Returns at once. Throws Error(InvalidArgument)
    /// for options that are for callbacks only.
    /// Source: POST /query-stream.
    [[nodiscard]] ResultStream streamQuery(Statement statement, StreamOptions options = {});
    /// `streamQuery(sql, {})`: the same without options.
    [[nodiscard]] ResultStream streamQuery(Statement statement,
                                           std::initializer_list<detail::NoOption> none);
    /// The same, with rows as the application's own type, see typed_stream.h. Deletes are skipped;
    /// StreamOptions::tombstones() has no effect.
    template <class T>
    [[nodiscard]] TypedResultStream<T> streamQuery(Statement statement, StreamOptions options = {});
    template <class T>
    [[nodiscard]] TypedResultStream<T> streamQuery(Statement statement,
                                                   std::initializer_list<detail::NoOption> none);

    /// Runs a PRINT, and no other statement: calls back for each message of a topic as a line of
    /// text, in the server's words. Without LIMIT it does not end. It begins with what is new, or
    /// at the beginning with FROM BEGINNING; StreamOptions::offsetReset() has no effect.
    ///
    ///     auto subscription = client.streamLines(
    ///         "PRINT 'orders' FROM BEGINNING LIMIT 3;",
    ///         [](ksqldb::StreamControl&, std::string_view line) { std::cout << line << '\n'; });
    ///
    /// onLine and onEnd are called as onRow and onEnd of StreamCallbacks are.
    /// - A line comes without its line end, and lives until onLine returns. Empty lines are left
    ///   out. ClientOptions::maxLineBytes() limits a line.
    /// - offsetReset(), headerTimeout() and tombstones() have no effect: the server sends no
    ///   header. resume() is refused. All other StreamOptions hold.
    /// - idleTimeout() begins with the request, because the server sends nothing before the first
    ///   line.
    /// - Counts are of lines.
    ///
    /// Errors: another statement ends it with Error(InvalidArgument), as PRINT ends a query.
    /// Source: POST /query-stream, of ksqlDB 0.29 and later.
    [[nodiscard]] Subscription streamLines(
        Statement statement, std::function<void(StreamControl&, std::string_view)> onLine,
        std::function<void(const Ending&)> onEnd = {}, StreamOptions options = {});
    /// Runs a PRINT whose lines the program asks for. Returns at once. Throws
    /// Error(InvalidArgument) for options that are for callbacks only.
    /// Source: POST /query-stream, of ksqlDB 0.29 and later.
    [[nodiscard]] LineStream streamLines(Statement statement, StreamOptions options = {});
    /// `streamLines(sql, {})`: the same without options.
    [[nodiscard]] LineStream streamLines(Statement statement,
                                         std::initializer_list<detail::NoOption> none);

    /// Executes a command: anything that the server can be asked and that is no query, see
    /// commands.h. The future's destructor neither blocks nor cancels;
    /// CommandOptions::cancelToken() cancels.
    /// Source: as the command says; for statements POST /ksql.
    template <class T>
    [[nodiscard]] std::future<T> execute(Command<T> command, CommandOptions options = {});
    /// The same for programs that must not block. `done` is called as that of executeQuery().
    template <class T>
    void execute(Command<T> command, typename Command<T>::Done done, Executor executor = {},
                 CommandOptions options = {});
    /// Executes one statement that is no query: CREATE, INSERT, DROP, TERMINATE and others. The
    /// future is ready when the server has executed the statement or has accepted it for later;
    /// StatementResult::status tells which.
    /// Source: POST /ksql.
    [[nodiscard]] std::future<StatementResult> execute(Statement statement,
                                                       CommandOptions options = {});
    /// The same for programs that must not block.
    void execute(Statement statement, Command<StatementResult>::Done done, Executor executor = {},
                 CommandOptions options = {});

    /// Inserts one row into a stream or table: an InsertRow, or a mapped struct (see typed.h). The
    /// future is ready when the row is stored; otherwise it holds the Error. After an Error the row
    /// may be stored all the same, unless the server refused it.
    /// - `target`: a name as in SQL: upper case, unless it is in back-quotes.
    ///
    /// Source: POST /inserts-stream, over HTTP/2; or POST /ksql, see InsertOptions::insertValues().
    [[nodiscard]] std::future<void> insertInto(std::string_view target, InsertRow& row,
                                               InsertOptions options = {}) {
        return insertRow(target, row.writer_.finishTyped(), options);
    }
    [[nodiscard]] std::future<void> insertInto(std::string_view target, InsertRow&& row,
                                               InsertOptions options = {}) {
        return insertRow(target, row.writer_.finishTyped(), options);
    }
    template <class T>
    [[nodiscard]] std::enable_if_t<detail::IsMapped<T>::value, std::future<void>> insertInto(
        std::string_view target, const T& object, InsertOptions options = {}) {
        return insertRow(target, detail::writtenRow(object), options);
    }
    /// Inserts many rows with one request; by InsertOptions::insertValues() with a request a row.
    /// The first row that is refused ends the insert. The report says what became of each row. An
    /// Error is in the report; the future itself does not fail.
    /// Source: as for one row.
    [[nodiscard]] std::future<InsertReport> insertInto(std::string_view target,
                                                       const InsertRows& rows,
                                                       InsertOptions options = {});
    /// Opens a stream of rows to insert, with acknowledgements as they come. Returns at once. If
    /// the server refuses the target, the stream ends with that Error, which the members of
    /// InsertStream throw or report.
    /// Source: POST /inserts-stream, over HTTP/2.
    [[nodiscard]] InsertStream insertStream(std::string_view target,
                                            InsertStreamOptions options = {});

    /// Ends a push query by its id, whoever started it, on any server of the cluster. The future is
    /// ready when the server has ended it.
    /// Errors: Error(StatementRejected) where no such query runs, and for scalable push queries,
    /// which ksqlDB does not end by their id.
    /// Source: POST /ksql (TERMINATE) for ids that begin with transient_. POST /close-query for
    /// other ids, and for servers that do not take that TERMINATE.
    [[nodiscard]] std::future<void> closeQuery(std::string queryId);

    /// The same as execute(ksqldb::serverInfo()).
    /// Source: GET /info.
    [[nodiscard]] std::future<ServerInfo> serverInfo();
    /// The same as execute(ksqldb::healthCheck()).
    /// Source: GET /healthcheck.
    [[nodiscard]] std::future<Health> healthCheck();

    /// Counts calls and connections. All figures are 0 after fork(), in the child. *thread-safe*
    ClientStatistics statistics() const;

    /// Refuses new calls, and ends the running ones with Error(ClientClosed). Returns when all
    /// calls that were begun before have ended and are delivered; inside a callback it returns at
    /// once. For a call with an executor, delivered means posted: a task that the executor runs
    /// later, even after the Client's end, still brings rows and end. May be called again.
    /// *thread-safe*
    void close();
    /// Refuses new calls, and gives the running ones this time to end by themselves, with their
    /// retries and all requests of a command. Calls that have not ended by then, for example
    /// streams that nobody cancels, end with Error(ClientClosed), whose limitName() is "close".
    /// True: all have ended by themselves. Callbacks and a CredentialProvider that still run are
    /// waited for beyond that time. Throws Error(WouldDeadlock) inside a callback, and
    /// Error(InvalidArgument) for a negative limit. *thread-safe*
    bool close(milliseconds limit);

private:
    friend class detail::TableQuery;

    /// Null: the run has its value. Calls `done` on the thread that satisfies futures, or here.
    void executeRun(std::shared_ptr<detail::CommandRun> run, const CommandOptions& options,
                    std::function<void(const Error*)> done);
    /// Null: the reader has all rows. Calls `done` as executeRun() does.
    void executeReader(std::shared_ptr<detail::ResultReader> reader, const Statement& statement,
                       const QueryOptions& options, std::function<void(const Error*)> done);
    /// Makes a `done` that calls `function`, once, on a delivery thread or the executor.
    /// `call`: the name of the member that the application called.
    std::function<void(const Error*)> completion(const char* call,
                                                 std::function<void(const Error*)> function,
                                                 Executor executor);
    std::future<void> insertRow(std::string_view target, detail::WrittenRow row,
                                const InsertOptions& options);

    Subscription startStream(const Statement& statement, StreamCallbacks callbacks,
                             const StreamOptions& options, detail::QueryAnswer answer);
    ResultStream startStream(const Statement& statement, const StreamOptions& options,
                             detail::QueryAnswer answer);

    std::shared_ptr<detail::ClientCore> core_;
};

template <class T>
std::future<std::vector<T>> Client::executeQuery(Statement statement, QueryOptions options) {
    const auto promise = std::make_shared<std::promise<std::vector<T>>>();
    std::future<std::vector<T>> future = promise->get_future();
    const auto reader = std::make_shared<detail::ResultReaderOf<T>>();
    executeReader(reader, statement, options, [promise, reader](const Error* error) {
        if (error != nullptr)
            promise->set_exception(std::make_exception_ptr(*error));
        else
            promise->set_value(reader->take());
    });
    return future;
}

template <class T>
void Client::executeQuery(Statement statement, QueryOptions options,
                          std::function<void(Outcome<std::vector<T>>)> done, Executor executor) {
    const auto reader = std::make_shared<detail::ResultReaderOf<T>>();
    executeReader(reader, statement, options,
                  completion(
                      "executeQuery",
                      [reader, done = std::move(done)](const Error* error) {
                          if (error != nullptr)
                              done(*error);
                          else
                              done(reader->take());
                      },
                      std::move(executor)));
}

template <class T>
std::future<T> Client::execute(Command<T> command, CommandOptions options) {
    const auto promise = std::make_shared<std::promise<T>>();
    std::future<T> future = promise->get_future();
    const std::shared_ptr<typename Command<T>::Run> run = command.newRun();
    executeRun(run, options, [promise, run](const Error* error) {
        if (error != nullptr)
            promise->set_exception(std::make_exception_ptr(*error));
        else
            promise->set_value(run->take());
    });
    return future;
}

template <class T>
void Client::execute(Command<T> command, typename Command<T>::Done done, Executor executor,
                     CommandOptions options) {
    const std::shared_ptr<typename Command<T>::Run> run = command.newRun();
    executeRun(run, options,
               completion(
                   "execute",
                   [run, done = std::move(done)](const Error* error) {
                       if (error != nullptr)
                           done(*error);
                       else
                           done(run->take());
                   },
                   std::move(executor)));
}

template <class T>
Subscription Client::streamQuery(Statement statement,
                                 std::function<void(StreamControl&, T&&)> onRow,
                                 std::function<void(const Ending&)> onEnd, StreamOptions options,
                                 std::function<void(StreamControl&, RowView)> onDelete) {
    options.tombstones(onDelete ? Tombstones::Deliver : Tombstones::Skip);
    StreamCallbacks callbacks;
    const auto reader = std::make_shared<std::optional<RowReader<T>>>();
    callbacks.onHeader = [reader](StreamControl&, const Header& header) {
        reader->emplace(header.schema());
    };
    callbacks.onRow = [reader, onRow = std::move(onRow), onDelete = std::move(onDelete)](
                          StreamControl& control, RowView row) {
        if (row.isTombstone())
            detail::callNamed("onDelete", onDelete, control, row);
        else if (onRow)
            onRow(control, (**reader)(row));
    };
    callbacks.onEnd = std::move(onEnd);
    return streamQuery(std::move(statement), std::move(callbacks), std::move(options));
}

template <class T>
TypedResultStream<T> Client::streamQuery(Statement statement, StreamOptions options) {
    options.tombstones(Tombstones::Skip);
    return TypedResultStream<T>(streamQuery(std::move(statement), std::move(options)));
}

template <class T>
TypedResultStream<T> Client::streamQuery(Statement statement,
                                         std::initializer_list<detail::NoOption>) {
    return streamQuery<T>(std::move(statement), StreamOptions());
}

/// @}

}  // namespace ksqldb
