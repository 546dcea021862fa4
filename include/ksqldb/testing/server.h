#pragma once
#include <ksqldb/client_options.h>
#include <ksqldb/export.h>
#include <ksqldb/testing/answer.h>
#include <ksqldb/testing/inserts.h>
#include <ksqldb/testing/push.h>
#include <ksqldb/testing/request.h>
#include <ksqldb/testing/server_options.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::testing {

/// @addtogroup testing
/// @{

/// A ksqlDB that knows what a test says, in the process of the test, on 127.0.0.1. It speaks
/// ksqlDB's protocol over real sockets, so that the program under test uses a real Client:
///
///     ksqldb::testing::Server server;
///     server.on("SELECT * FROM RATINGS_BY_USER WHERE USER_ID = 'alice';")
///         .columns("USER_ID STRING KEY, RATINGS BIGINT")
///         .row("alice", 3);
///     ksqldb::Client client(server.clientOptions());
///
/// It runs no SQL: statements are texts that are compared. Case, white space, comments and the last
/// `;` do not count. What nobody has described is refused with 40001, in words that name the
/// statements nearest to it. /info, /healthcheck, TERMINATE and /close-query are answered without a
/// description.
///
/// It listens until its destructor, which ends all connections at once. Errors: what is wrong with
/// a description is Error(InvalidArgument), at once; a port that is taken is std::system_error.
/// *thread-safe*
class KSQLDB_API Server {
public:
    Server();
    explicit Server(const ServerOptions& options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// "http://127.0.0.1:41234", with the base path.
    std::string url() const;
    std::uint16_t port() const;
    /// A PEM file with the authority that has signed the server's certificate. It is removed with
    /// the server. Throws Error(InvalidArgument) without tls().
    std::string caFile() const;
    /// Options for a Client of this server: its URL, its authority, its credentials.
    ClientOptions clientOptions() const;

    /// Describes the answer to a statement. Where several fit, the one that was described last
    /// answers.
    Answer on(std::string_view statement);
    /// The same for all statements with this beginning: "INSERT INTO RATINGS".
    Answer onPrefix(std::string_view beginning);
    /// The same for all requests that `matches` says yes to. It is called on the server's threads,
    /// several at a time. Where it throws, the answer is 500 with the exception's text.
    Answer onMatch(std::function<bool(const Request&)> matches);
    /// The same for all statements.
    Answer onAny();
    /// The same for a path without its query: "/clusterStatus", "/status/stream/`S`/create".
    Answer onPath(std::string_view path);
    /// Describes a push query whose rows come later.
    Push onPush(std::string_view statement);

    /// Declares what rows can be inserted into.
    /// - `columns`: see Rows. Empty: any JSON object is a row.
    Inserts insertsInto(std::string_view target, std::string_view columns = {});

    /// All requests so far, in order.
    std::vector<Request> requests() const;
    /// The statements among them.
    std::vector<std::string> statements() const;
    /// Waits until so many have come, or more. False if they have not in time.
    bool waitForRequests(std::size_t count, std::chrono::milliseconds timeout) const;
    /// Forgets the requests so far.
    void forgetRequests();
    /// Forgets all answers and push queries that were described.
    void forgetAnswers();

    /// The ids of the push queries that run.
    std::vector<std::string> runningQueries() const;
    /// Waits until exactly so many run. False if they do not in time.
    bool waitForRunningQueries(std::size_t count, std::chrono::milliseconds timeout) const;
    /// How many connections clients have.
    std::size_t openConnections() const;

    /// Cuts all connections, and refuses new ones from then on, as a server that is killed.
    void kill();
    /// The same as one that is stopped in an orderly way: push queries end first.
    void shutDown();
    /// Comes up again after kill() or shutDown(), with all that was described, on the same port.
    void start();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// @}

}  // namespace ksqldb::testing
