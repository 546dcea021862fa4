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
#include <ksqldb/stream.h>
#include <ksqldb/typed.h>
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

namespace ksqldb {

namespace detail {
class ClientCore;
enum class QueryAnswer : std::uint8_t;
class TableQuery;

/// There is none, so that a list of them can only be `{}`.
struct NoOption {
    NoOption() = delete;
};
}  // namespace detail

/// A ksqlDB server, or a cluster behind one address. It owns its connections, one event loop thread
/// and the delivery threads. Make one and share it: it is *thread-safe*, save for move and
/// destruction. A moved-from Client may only be assigned to or destroyed.
///
/// No member throws for what the server, the network or the SQL does, a closed Client included:
/// that arrives in the future, in onEnd or from next(). They throw Error(InvalidArgument) for
/// options that cannot be right and for a Statement whose values do not fit it, and
/// Error(ConnectFailed) where the system has no thread left.
///
/// In the child of a fork() every call, and every member of a handle that would wait, fails with
/// Error(UsedAfterFork) (futures hold it, the others throw it), and destructors wait for nothing. A
/// future from before the fork() never becomes ready in the child.
///
/// The three words of the documentation: *thread-safe*: any thread at any time. *reentrant*: any
/// thread, but one object by one thread at a time. *thread-bound*: by the thread that owns it.
class KSQLDB_API Client {
public:
    /// Does not connect. Throws Error(InvalidArgument) for options that cannot be right, and
    /// Error(ConnectFailed) where there is no thread, file descriptor or memory to be had.
    explicit Client(ClientOptions options = {});
    /// The server at this URL, as ClientOptions(url) takes it, and the defaults of ClientOptions:
    ///
    ///     ksqldb::Client client("http://localhost:8088");
    explicit Client(std::string_view url);
    explicit Client(const char* url);
    Client(std::nullptr_t) = delete;
    /// The server at http://host:port.
    Client(std::string_view host, std::uint16_t port);
    Client(Client&& other) noexcept;
    Client& operator=(Client&& other) noexcept;
    /// close(), then joins the threads. Inside a callback, and wherever else on a thread of the
    /// library's, it waits for nothing: the threads end by themselves. No callback may use a Client
    /// whose destructor has returned.
    ~Client();

    /// The whole result: for pull queries and for push queries with LIMIT. The future's destructor
    /// neither blocks nor cancels; QueryOptions::cancelToken does. No thread that runs callbacks
    /// makes it ready, so it may be waited for inside one, as slowly as that is.
    /// Source: POST /query-stream.
    [[nodiscard]] std::future<QueryResult> executeQuery(Statement statement,
                                                        QueryOptions options = {});
    /// The same, and the header (query id, schema) as soon as it is there. Both fail if the query
    /// fails before it.
    [[nodiscard]] std::future<QueryResult> executeQuery(Statement statement, QueryOptions options,
                                                        std::promise<Header> header);
    /// The same for programs that must not block: `done` runs once, on the executor or, without
    /// one, on a delivery thread, and dies there. It is never called where the executor drops its
    /// task.
    void executeQuery(Statement statement, QueryOptions options,
                      std::function<void(Outcome<QueryResult>)> done, Executor executor = {});

    /// Rows as they come, by callback; above all for push queries, which without LIMIT do not end.
    /// By default a push query brings what is new; StreamOptions::offsetReset. Throws
    /// Error(InvalidArgument) where both onRow and onRows are set.
    /// Source: POST /query-stream.
    [[nodiscard]] Subscription streamQuery(Statement statement, StreamCallbacks callbacks,
                                           StreamOptions options = {});
    /// Rows as the application's own type, see typed.h. A header that T does not fit ends the
    /// stream with Error(RowMismatch), a value that cannot be read with its Error. A delete on a
    /// table never comes as a row: `onDelete` gets it, with the key columns set and all others
    /// null; without it deletes are skipped, whatever StreamOptions::tombstones says.
    template <class T>
    [[nodiscard]] Subscription streamQuery(
        Statement statement, std::function<void(StreamControl&, T&&)> onRow,
        std::function<void(const Ending&)> onEnd = {}, StreamOptions options = {},
        std::function<void(StreamControl&, RowView)> onDelete = {});
    /// Rows as they are asked for. Returns at once. Throws Error(InvalidArgument) for options that
    /// are for callbacks only.
    [[nodiscard]] ResultStream streamQuery(Statement statement, StreamOptions options = {});
    /// `streamQuery(sql, {})`: the same without options.
    [[nodiscard]] ResultStream streamQuery(Statement statement,
                                           std::initializer_list<detail::NoOption> none);
    /// Rows as the application's own type, as they are asked for, see typed_stream.h. Deletes are
    /// skipped, whatever StreamOptions::tombstones says.
    template <class T>
    [[nodiscard]] TypedResultStream<T> streamQuery(Statement statement, StreamOptions options = {});
    template <class T>
    [[nodiscard]] TypedResultStream<T> streamQuery(Statement statement,
                                                   std::initializer_list<detail::NoOption> none);

    /// The messages of a topic as lines of text, in the server's words, as they come: for PRINT,
    /// and for nothing else. Without LIMIT it does not end. PRINT begins with what is new, or with
    /// FROM BEGINNING; StreamOptions::offsetReset changes nothing for it.
    ///
    ///     auto subscription = client.streamLines(
    ///         "PRINT 'orders' FROM BEGINNING LIMIT 3;",
    ///         [](ksqldb::StreamControl&, std::string_view line) { std::cout << line << '\n'; });
    ///
    /// A line comes without its line end and lives until onLine returns; an empty one does not
    /// come. ClientOptions::maxLineBytes limits it. onLine and onEnd are called as onRow and onEnd
    /// of StreamCallbacks are. All StreamOptions hold; counts are of lines, idleTimeout begins with
    /// the request and headerTimeout does not apply, because the server sends nothing before the
    /// first line. Another statement ends it with Error(InvalidArgument), as PRINT does
    /// streamQuery() and executeQuery().
    /// Source: POST /query-stream, of ksqlDB 0.29 and later.
    [[nodiscard]] Subscription streamLines(
        Statement statement, std::function<void(StreamControl&, std::string_view)> onLine,
        std::function<void(const Ending&)> onEnd = {}, StreamOptions options = {});
    /// The same lines as they are asked for. Returns at once. Throws Error(InvalidArgument) for
    /// options that are for callbacks only.
    [[nodiscard]] LineStream streamLines(Statement statement, StreamOptions options = {});
    /// `streamLines(sql, {})`: the same without options.
    [[nodiscard]] LineStream streamLines(Statement statement,
                                         std::initializer_list<detail::NoOption> none);

    /// Executes a command: whatever the server can be asked that is no query, see commands.h. The
    /// future's destructor neither blocks nor cancels; CommandOptions::cancelToken does. Source: as
    /// the command says; for statements POST /ksql.
    template <class T>
    [[nodiscard]] std::future<T> execute(Command<T> command, CommandOptions options = {});
    /// The same for programs that must not block: `done` runs once, on the executor or, without
    /// one, on a delivery thread, and dies there. It is never called where the executor drops its
    /// task.
    template <class T>
    void execute(Command<T> command, typename Command<T>::Done done, Executor executor = {},
                 CommandOptions options = {});
    /// Executes one statement that is no query: CREATE, INSERT, DROP, TERMINATE and others. Its
    /// future is ready when the server has executed it, or says that it will: see
    /// StatementResult::status. Source: POST /ksql.
    [[nodiscard]] std::future<StatementResult> execute(Statement statement,
                                                       CommandOptions options = {});
    void execute(Statement statement, Command<StatementResult>::Done done, Executor executor = {},
                 CommandOptions options = {});

    /// Inserts one row into a stream or table: an InsertRow or a mapped struct (see typed.h). Ready
    /// when the row is stored; else it holds the Error, after which the row may be stored all the
    /// same unless the server refused it. The target is a name as in SQL: upper case, unless it is
    /// in back-quotes.
    /// Source: POST /inserts-stream, over HTTP/2; POST /ksql by InsertOptions::insertValues.
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
    /// Inserts many rows with one request, or by InsertOptions::insertValues a request a row. The
    /// report says what became of each; it holds the Error,
    /// where there was one, the future does not. The first row that is refused ends the request.
    [[nodiscard]] std::future<InsertReport> insertInto(std::string_view target,
                                                       const InsertRows& rows,
                                                       InsertOptions options = {});
    /// Rows as they are inserted, with acknowledgements as they come. Returns at once; what the
    /// server says of the target ends the stream, and InsertStream's members throw or report it.
    /// Source: POST /inserts-stream, over HTTP/2.
    [[nodiscard]] InsertStream insertStream(std::string_view target,
                                            InsertStreamOptions options = {});

    /// Ends a push query by its id, wherever on the cluster and by whomever it was started. Ready
    /// when the server has ended it; Error(StatementRejected) where no such query runs.
    /// Source: POST /ksql (TERMINATE) for ids that the server names transient_…, else and for
    /// servers that do not know that: POST /close-query.
    [[nodiscard]] std::future<void> closeQuery(std::string queryId);

    /// Source: GET /info.
    [[nodiscard]] std::future<ServerInfo> serverInfo();
    /// Source: GET /healthcheck. A server that starts or stops answers with an error 503.
    [[nodiscard]] std::future<Health> healthCheck();

    /// Refuses new calls and ends the running ones with Error(ClientClosed); returns when all that
    /// were begun before are ended and delivered (inside a callback: at once). What has an executor
    /// is then only posted to it: a task that it runs later, even after the Client's end, still
    /// brings rows and end. *thread-safe*, idempotent.
    void close();
    /// The same, but the calls that run have so long to end by themselves, retries and the rest of
    /// a command included; new ones are refused meanwhile. Those that do not, streams for example
    /// that nobody cancels, then end with Error(ClientClosed), whose limitName() is "close". True:
    /// all have ended by themselves. Throws Error(WouldDeadlock) inside a callback, where it cannot
    /// wait, and Error(InvalidArgument) for a negative limit.
    bool close(milliseconds limit);

private:
    friend class detail::TableQuery;

    /// Null: the run has its value. Calls `done` on the thread that satisfies futures, or here.
    void executeRun(std::shared_ptr<detail::CommandRun> run, const CommandOptions& options,
                    std::function<void(const Error*)> done);
    /// Makes a `done` that calls `function` on a delivery thread or the executor.
    std::function<void(const Error*)> completion(std::function<void(const Error*)> function,
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

}  // namespace ksqldb
