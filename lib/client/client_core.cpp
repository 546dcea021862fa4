#include "client/client_core.h"

#include "base/error_builder.h"
#include "base/require.h"
#include "client/attempts/attempt_end.h"
#include "client/credentials/authorization.h"
#include "client/credentials/oauth_source.h"
#include "client/options/option_checks.h"
#include "protocol/media_types.h"
#include "protocol/request_body.h"
#include "protocol/sql_kind.h"
#include "transport/url.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace ksqldb::detail {

namespace {

constexpr const char* authorizationOverHttp =
    "an Authorization header over plain http would be readable by everybody on the way: use https, "
    "or ClientOptions::allowCredentialsOverPlainHttp";

/// Whether somebody on the way could read what is sent to this server.
void requirePrivacy(const transport::ServerUrl& url, const ClientSettings& settings) {
    if (url.isTls || !url.unixSocket.empty() || settings.allowCredentialsOverPlainHttp) return;
    base::require(std::holds_alternative<std::monostate>(settings.credentials),
                  "credentials over plain http would be readable by everybody on the way: use "
                  "https, or ClientOptions::allowCredentialsOverPlainHttp");
    base::require(transport::findHeader(settings.headers, "Authorization") == nullptr,
                  authorizationOverHttp);
}

client::Connection connectionTo(const std::string& text, const ClientSettings& settings,
                                const transport::ConnectionSettings& common) {
    const transport::ServerUrl url = transport::parseServerUrl(text);
    requirePrivacy(url, settings);
    auto connection = std::make_shared<transport::ConnectionSettings>(common);
    connection->baseUrl = url.base;
    connection->unixSocket = url.unixSocket;
    connection->isTls = url.isTls;
    return connection;
}

/// What the ways to all servers have in common.
transport::ConnectionSettings commonConnection(const ClientSettings& settings) {
    transport::ConnectionSettings common;
    common.tls = std::make_shared<transport::TlsSettings>(TlsSettings::of(settings.tls));
    common.route = std::make_shared<transport::RouteSettings>(settings.route);
    common.connectTimeout = settings.time.connect;
    common.keepAlive = settings.keepAlive;
    common.maxHeadBytes = settings.sizes.headBytes;
    common.maxHeadLines = settings.sizes.headLines;
    return common;
}

std::vector<client::Connection> connectionsFrom(const ClientSettings& settings) {
    base::require(!settings.urls.empty(), "ClientOptions::servers() without a server");
    base::require(settings.urls.size() <= client::ServerList::most,
                  "ClientOptions::servers() with more than 64 servers");
    std::vector<client::Connection> connections;
    const transport::ConnectionSettings common = commonConnection(settings);
    for (const std::string& url : settings.urls) {
        client::Connection connection = connectionTo(url, settings, common);
        base::require(!settings.discoverServers || connection->unixSocket.empty(),
                      "discoverServers() with a Unix domain socket: the servers that are found "
                      "would be asked over the network");
        for (const client::Connection& other : connections)
            base::require(other->name() != connection->name(),
                          "ClientOptions::servers() with the same server twice");
        connections.push_back(std::move(connection));
    }
    return connections;
}

/// The settings as they are, checked.
const ClientSettings& checked(const ClientSettings& settings) {
    if (const auto* fixed = std::get_if<Credentials>(&settings.credentials))
        client::checkCredentials(*fixed);
    if (const auto* provider = std::get_if<CredentialProvider>(&settings.credentials))
        base::require(static_cast<bool>(*provider), "an empty CredentialProvider");
    if (const auto* oauth = std::get_if<OAuthClientCredentials>(&settings.credentials))
        client::checkOAuth(OAuthSettings::of(*oauth));
    client::checkTls(TlsSettings::of(settings.tls));
    client::checkRoute(settings.route);
    client::checkRequestHeaders(settings.headers);
    client::checkProperties(settings.properties);
    client::checkSessionVariables(settings.sessionVariables);
    client::checkRetry(settings.retry);
    client::checkCircuitBreaker(settings.circuitBreaker);
    settings.time.check();
    client::checkKeepAlive(settings.keepAlive);
    base::require(settings.readPause.count() >= 0, "readPause is negative");
    base::require(settings.readPause <= std::chrono::milliseconds(100),
                  "readPause is above 100 ms");
    base::require(settings.deliveryThreads > 0, "deliveryThreads is 0");
    settings.sizes.check();
    return settings;
}

const char* acceptFor(QueryAnswer answer) {
    switch (answer) {
        case QueryAnswer::StreamedRow:
            return protocol::media::streamedRowFirst;
        case QueryAnswer::Delimited:
            return protocol::media::delimitedFirst;
        case QueryAnswer::Lines:
            break;
    }
    return protocol::media::delimited;
}

std::shared_ptr<const transport::ConnectionSettings> connectionToToken(
    const ClientSettings& settings) {
    const OAuthSettings& oauth =
        OAuthSettings::of(std::get<OAuthClientCredentials>(settings.credentials));
    auto connection = std::make_shared<transport::ConnectionSettings>(commonConnection(settings));
    connection->isTls = transport::isTlsUrl(oauth.tokenUrl, "the token's URL");
    base::require(connection->isTls || settings.allowCredentialsOverPlainHttp,
                  "a token's URL with plain http: everybody on the way could read the secret; use "
                  "https, or ClientOptions::allowCredentialsOverPlainHttp");
    connection->baseUrl = oauth.tokenUrl;
    if (oauth.tls) connection->tls = std::make_shared<transport::TlsSettings>(*oauth.tls);
    return connection;
}

ObservedCall::Kind observedKind(QueryAnswer answer) {
    switch (answer) {
        case QueryAnswer::StreamedRow:
            return ObservedCall::Kind::Stream;
        case QueryAnswer::Lines:
            return ObservedCall::Kind::Lines;
        case QueryAnswer::Delimited:
            break;
    }
    return ObservedCall::Kind::Query;
}

/// The server would say 406, or answer with what is none of the kind.
std::optional<Error> wrongKind(std::string_view sql, QueryAnswer answer) {
    const bool isPrint = protocol::kindOf(sql) == protocol::SqlKind::Print;
    if (isPrint == (answer == QueryAnswer::Lines)) return std::nullopt;
    return Error(ErrorCode::InvalidArgument,
                 isPrint ? "PRINT has lines and no rows: it is for Client::streamLines()"
                         : "Client::streamLines() is for PRINT: a query is for streamQuery() or "
                           "executeQuery(), another statement for execute()");
}

}  // namespace

ClientCore::ClientCore(const ClientSettings& settings)
    : settings_(checked(settings)),
      logger_(settings.logLevel, settings.logSink),
      hooks_(settings.observer ? std::make_shared<client::Hooks>(settings.observer, logger_)
                               : nullptr),
      connections_(connectionsFrom(settings)) {
    for (unsigned i = 0; i < settings.deliveryThreads; ++i)
        delivery_.push_back(std::make_shared<delivery::DeliveryThread>("ksqldb-deliver"));
    // The loop is the first thread to end, then the one that satisfies futures, then those that
    // call back: each hands over to the next.
    loop_ = std::make_shared<transport::EventLoop>(
        settings.readPause, [threads = delivery_, futures = futures_, provider = provider_] {
            provider->stop();
            futures->stop([threads] {
                for (const auto& thread : threads) thread->stop();
            });
        });
    authorizer_ = makeAuthorizer();
    if (isOneServer()) return;
    servers_ = std::make_shared<client::Servers>(
        loop_, client::Servers::Setup{connections_, settings.serverOrder, settings.circuitBreaker,
                                      settings.discoverServers, httpRequest("GET", "", "", {}),
                                      logger_, settings.sizes, hooks_});
}

ClientCore::~ClientCore() = default;

Error ClientCore::usedAfterFork() {
    return Error(ErrorCode::UsedAfterFork, "the Client was made before fork(): make a new one");
}

std::shared_ptr<delivery::DeliveryThread> ClientCore::deliveryThread() {
    return delivery_[nextDelivery_.fetch_add(1, std::memory_order_relaxed) % delivery_.size()];
}

void ClientCore::startQuery(const std::shared_ptr<delivery::RowChannel>& channel,
                            const std::string& sql, const client::CallSettings& call,
                            QueryAnswer answer, client::QueryLimits limits) {
    client::checkUtf8(sql, "the statement");
    client::checkProperties(call.properties);
    client::checkProperties(call.requestProperties);
    client::checkSessionVariables(call.sessionVariables);
    const RetryPolicy retry = call.retry.value_or(settings_.retry);
    client::checkRetry(retry);
    protocol::QueryBody body{sql, protocol::merged(settings_.properties, call.properties),
                             protocol::merged(settings_.sessionVariables, call.sessionVariables),
                             call.requestProperties};
    if (!call.token.empty()) client::continueFrom(body, call.token);
    transport::HttpRequest request;
    request.mayBeSentTwice = true;
    request.path = "/query-stream";
    complete(request, acceptFor(answer), call.headers);
    request.body = protocol::queryStreamBody(body);
    const client::TimeSettings time = call.time.over(settings_.time);
    request.connectTimeout = time.connect;
    limits.header = time.header;
    limits.idle = time.idle;
    limits.liveness = call.liveness;
    // A stream may go on for ever, unless it says itself that it may not.
    limits.total =
        answer == QueryAnswer::Delimited ? time.total : call.time.total.value_or(milliseconds(0));
    limits.sizes = settings_.sizes.with(sql.size());

    std::optional<client::Resumption> resumption;
    if (call.resume) {
        client::checkRetry(call.resume->policy);
        client::checkResume(body, call.resume->from);
        resumption.emplace(client::Resumption::Setup{call.resume->policy, call.resume->from,
                                                     std::move(body), call.token, closed_});
    }
    if (logger_.wants(LogLevel::Debug)) logger_.log(LogLevel::Debug, "query: " + sql);
    client::QueryCall::Setup setup{
        answer == QueryAnswer::Delimited ? client::CallKind::Collect : client::CallKind::Stream,
        request,
        {sql, request.endpoint()},
        limits,
        retry,
        std::move(resumption),
        logger_,
        loopDecoder_,
        answer == QueryAnswer::Lines ? protocol::Content::Lines : protocol::Content::Rows,
        newRoute(),
        !servers_ || answer == QueryAnswer::Lines || protocol::isPushQuery(sql),
        running_->enter()};
    if (setup.route) setup.route->lead(setup.request);
    const bool isClosing = !setup.running;
    setup.watch = watch(observedKind(answer));
    if (call.liveness.interval.count() > 0)
        setup.question = httpRequest("GET", "/info", {}, {}, call.headers);
    const auto query = std::make_shared<client::QueryCall>(loop_, channel, std::move(setup));
    channel->connect(query, query->context());
    if (const auto error = wrongKind(sql, answer))
        query->refuse(*error);
    else if (isClosing)
        query->refuse(client::clientClosed());
    else
        query->start(call.cancelToken);
}

std::shared_ptr<client::Route> ClientCore::newRoute(const std::string& queryId) const {
    return servers_ ? std::make_shared<client::Route>(servers_, queryId) : nullptr;
}

std::shared_ptr<transport::Authorizer> ClientCore::makeAuthorizer() {
    std::shared_ptr<client::CredentialSource> source;
    if (const auto* fixed = std::get_if<Credentials>(&settings_.credentials)) {
        return std::make_shared<client::FixedAuthorization>(*fixed);
    } else if (const auto* provider = std::get_if<CredentialProvider>(&settings_.credentials)) {
        source = std::make_shared<client::ProviderSource>(*provider, provider_);
    } else if (const auto* oauth = std::get_if<OAuthClientCredentials>(&settings_.credentials)) {
        source = std::make_shared<client::OAuthSource>(
            loop_, OAuthSettings::of(*oauth), connectionToToken(settings_), logger_, hooks_);
    } else {
        return nullptr;
    }
    return std::make_shared<client::RenewedAuthorization>(
        std::move(source), [loop = loop_](std::uint64_t id) { loop->begin(id); }, logger_);
}

void ClientCore::complete(transport::HttpRequest& request, const char* accept,
                          const transport::Headers& callsOwn) const {
    if (isOneServer()) request.connection = connections_.front();  // else attempts ask for theirs
    if (settings_.httpVersion == HttpVersion::Http2)
        request.version = transport::HttpRequest::Version::Http2Required;
    request.headers = {{"Accept", accept}};
    if (request.method == "POST")
        request.headers.emplace_back("Content-Type", protocol::media::json);
    for (const transport::Headers* headers : {&settings_.headers, &callsOwn})
        for (const auto& [name, value] : *headers)
            transport::setHeader(request.headers, name, value);
    if (transport::findHeader(callsOwn, "Authorization") != nullptr)
        base::require(mayCarrySecrets(), authorizationOverHttp);
    // Who says itself who asks needs no token, and would not ask better with a new one.
    if (transport::findHeader(request.headers, "Authorization") == nullptr)
        request.authorizer = authorizer_;
    const bool isCalls = !request.path.empty();  // else it is the form of the library's own
    if (isCalls && !TlsSettings::of(settings_.tls).verifies && logger_.wants(LogLevel::Warn))
        logger_.log(LogLevel::Warn, request.path +
                                        ": dangerouslyTrustAnyServer() is set: whoever "
                                        "answers is trusted");
}

bool ClientCore::mayCarrySecrets() const {
    return settings_.allowCredentialsOverPlainHttp ||
           std::all_of(connections_.begin(), connections_.end(), [](const auto& connection) {
               return connection->isTls || !connection->unixSocket.empty();
           });
}

void ClientCore::startInserts(const std::shared_ptr<InsertChannel>& channel,
                              client::InsertAttempt::Setup setup, const InsertSettings& settings) {
    transport::HttpRequest request;
    request.version = transport::HttpRequest::Version::Http2Required;
    request.path = "/inserts-stream";
    complete(request, protocol::media::delimited, settings.headers);
    // Its first row is sent with the head, save where the head may come back.
    if (request.authorizer && request.authorizer->mayRenew()) setup.rowsAtOnce = false;
    const client::TimeSettings time = settings.time.over(settings_.time);
    request.connectTimeout = time.connect;
    setup.headerTimeout = time.header;
    setup.sizes = settings_.sizes;
    setup.logger = logger_;
    setup.route = newRoute();
    if (!setup.running) setup.running = running_->enter();
    using End = transport::TransferEnd;
    std::optional<End> end;
    if (!setup.running) end = End{End::Kind::Closed};
    if (settings.cancelToken.isCancelled()) end = End{End::Kind::Cancelled};
    client::startInserts(loop_, channel, std::move(request), std::move(setup), end);
}

ClientStatistics ClientCore::statistics() const {
    ClientStatistics all;
    if (isForked()) return all;
    all.runningCalls = running_->count();
    const transport::ConnectionCounts& connections = loop_->connections();
    all.openConnections = connections.open;
    all.newConnections = connections.fresh;
    all.reusedConnections = connections.reused;
    return all;
}

bool ClientCore::close(milliseconds limit) {
    running_->refuseMore();
    const bool haveEnded = running_->waitForNone(base::after(base::Clock::now(), limit));
    if (!haveEnded)
        loop_->shutDown(ErrorBuilder(ErrorCode::ClientClosed,
                                     "the Client is closed: not finished within close's limit, " +
                                         std::to_string(limit.count()) + " ms")
                            .limit("close")
                            .build());
    close();
    return haveEnded;
}

void ClientCore::close() {
    loop_->shutDown();
    if (base::insideCallback()) return;
    std::lock_guard lock(closing_);
    loop_->join();
    provider_->join();
    futures_->join();
    for (const auto& thread : delivery_) thread->join();
}

void ClientCore::letGo() {
    loop_->detach();
    for (const auto& thread : delivery_) thread->detach();
    futures_->detach();
    provider_->detach();
}

}  // namespace ksqldb::detail
