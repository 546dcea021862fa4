#pragma once

#include "certificates.h"
#include "event.h"
#include "exchange.h"
#include "inserts.h"
#include "request.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// What answers a request, on a thread of its own: plain sequential code that may wait. It runs
/// unchanged over HTTP/1.1 and HTTP/2.
using Script = std::function<void(Exchange&)>;

/// How /close-query answers when it has ended a query: 7.6.1 says 500 although it did, 8.1 says
/// 200.
enum class CloseQueryAnswer { Release761, Release81 };

/// How a killed server's connections end.
enum class Cut { Close, Reset };

/// How a server comes up again. A real one refuses connections for 4 s, and then answers 503
/// (50302) to everything for half a second.
struct StartOptions {
    /// Connections are refused so long still.
    std::chrono::milliseconds refuses{0};
    /// Then everything is answered with 503: so many requests, and then what is left of this time.
    std::chrono::milliseconds notReady{0};
    std::size_t notReadyRequests = 0;
};

struct ServerOptions {
    std::uint16_t port = 0;  // 0 = a free one
    bool tls = false;
    std::uint16_t tlsPort = 0;
    CertificateOptions certificate;
    /// Requests are answered below it, and nowhere else, as behind an ingress: "/route". Scripts
    /// and requests() see the paths without it.
    std::string basePath;
    /// Off: HTTP/1.1 only, on both ports.
    bool http2 = true;
    /// SO_SNDBUF of accepted connections, for tests of blocked writes; 0 = the system's.
    int sendBuffer = 0;
    /// Without, requests() stays empty, and a server that runs for days does not grow.
    bool recordRequests = true;
    RequestLog log;
    /// Every request goes to the scripts as soon as its head has come, however long that is, and
    /// nothing is answered without them: for one that passes requests on.
    bool whileTheyCome = false;
    /// Told of each connection's end (Request::connection), on its thread.
    std::function<void(std::uint64_t connection)> connectionEnded;
};

/// A stand-in for a ksqlDB server on 127.0.0.1, over HTTP/1.1 and HTTP/2 (plain by prior knowledge,
/// TLS by ALPN). It listens from the constructor to the destructor, which ends all connections at
/// once, whatever their scripts wait for. *thread-safe*
///
/// Without scripts it knows /info, /healthcheck, TERMINATE, /close-query and how ksqlDB refuses.
class LocalServer {
public:
    explicit LocalServer(const ServerOptions& options = {});
    ~LocalServer();
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;

    std::uint16_t port() const;
    std::uint16_t tlsPort() const;
    bool hasTls() const;
    std::string url() const;     // http://127.0.0.1:port
    std::string tlsUrl() const;  // https://127.0.0.1:port
    /// A PEM file with the certificate that signs the server's; removed with the server.
    std::filesystem::path caFile() const;
    /// A client's certificate and key, for CertificateOptions::requireClient.
    std::filesystem::path clientFile() const;
    /// All else of its certificates. It lives as long as the server.
    const Certificates& certificates() const;

    /// Asks for these from now on. /healthcheck and /chc/… need none.
    void requireBasicAuth(std::string_view user, std::string_view secret);
    /// Asks for this token from now on (Authorization: Bearer).
    void requireBearerToken(const std::string& token);
    /// Issues tokens at /oauth/token for this client, as an identity provider does, and asks for
    /// one of them from now on. expires_in says whole seconds.
    void issueTokens(std::string clientId, std::string clientSecret,
                     std::chrono::milliseconds lifetime = std::chrono::hours(1));
    /// All tokens so far are refused from now on.
    void revokeTokens();
    std::size_t issuedTokens() const;
    void closeQueryAnswers(CloseQueryAnswer answer);

    /// Answers requests for this path, and this statement unless it is empty; case, white space and
    /// the last `;` do not count. The latest script that fits is asked first.
    void on(std::string path, std::string_view sql, Script script);
    void onAny(Script script);
    void clearScripts();

    /// What rows can be inserted into; nothing until something is declared.
    Inserts& inserts();

    /// All requests so far, in the order in which they were complete; those that are answered while
    /// they come, by their heads.
    std::vector<Request> requests() const;
    bool waitForRequests(std::size_t count, std::chrono::milliseconds timeout) const;
    void forgetRequests();

    std::size_t openConnections() const;
    bool waitForOpenConnections(std::size_t count, std::chrono::milliseconds timeout) const;
    /// How many there have been, closed ones included.
    std::size_t acceptedConnections() const;

    std::vector<std::string> runningQueries() const;
    bool waitForRunningQueries(std::size_t count, std::chrono::milliseconds timeout) const;
    /// Ends a query as TERMINATE would; false if none of this id runs.
    bool endQuery(std::string_view id);

    /// What the network took of all answers: how far a blocked write got.
    std::uint64_t bytesWritten() const;

    /// What the destructor does, before it. There is no way back: the port is free.
    void stop();

    /// Cuts all connections, without a last chunk. From then on they are refused. The port stays
    /// this server's, and what it was told (scripts, limits, inserts) and what it recorded remain.
    void kill(Cut how = Cut::Close);
    /// As SIGTERM: push queries end as finished ones, /info and all else is answered for this time,
    /// then as kill(). New push queries end at once meanwhile. Returns after all that.
    void stopOrderly(std::chrono::milliseconds lingering = std::chrono::milliseconds(200));
    /// Listens again after kill() or stopOrderly(); returns at once. Throws std::logic_error if it
    /// was not stopped so.
    void start(const StartOptions& options = {});
    /// Whether connections are accepted; the other waits for it.
    bool isListening() const;
    bool waitUntilListening(std::chrono::milliseconds timeout) const;

    /// ksql.max.push.queries: one more is refused (400, 40001). 0: as many as you like.
    void limitPushQueries(std::size_t count);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ksqldb::server
