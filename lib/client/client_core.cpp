#include "client/client_core.h"

#include "base/error_builder.h"
#include "base/require.h"
#include "client/attempt_end.h"
#include "client/option_checks.h"
#include "protocol/media_types.h"
#include "protocol/request_body.h"
#include "protocol/sql_kind.h"
#include "transport/url.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::detail {

namespace {

client::Connection connectionTo(const std::string& text, const ClientSettings& settings) {
    const transport::ServerUrl url = transport::parseServerUrl(text);
    const bool mayBeRead = !url.isTls && !settings.allowCredentialsOverPlainHttp;
    base::require(
        settings.key.empty() || !mayBeRead,
        "an API key over plain http would be readable by everybody on the way: use https, or "
        "ClientOptions::allowCredentialsOverPlainHttp");
    for (const auto& header : settings.headers)
        base::require(
            !transport::equalsIgnoringCase(header.first, "Authorization") || !mayBeRead,
            "an Authorization header over plain http would be readable by everybody on the "
            "way: use https, or ClientOptions::allowCredentialsOverPlainHttp");
    auto connection = std::make_shared<transport::ConnectionSettings>();
    connection->baseUrl = url.base;
    connection->isTls = url.isTls;
    connection->caFile = settings.caFile;
    connection->connectTimeout = settings.time.connect;
    connection->keepAlive = settings.keepAlive;
    return connection;
}

std::vector<client::Connection> connectionsFrom(const ClientSettings& settings) {
    base::require(!settings.urls.empty(), "ClientOptions::servers() without a server");
    base::require(settings.urls.size() <= client::ServerList::most,
                  "ClientOptions::servers() with more than 64 servers");
    std::vector<client::Connection> connections;
    for (const std::string& url : settings.urls) {
        client::Connection connection = connectionTo(url, settings);
        for (const client::Connection& other : connections)
            base::require(!transport::equalsIgnoringCase(other->baseUrl, connection->baseUrl),
                          "ClientOptions::servers() with the same server twice");
        connections.push_back(std::move(connection));
    }
    return connections;
}

/// The settings as they are, checked.
const ClientSettings& checked(const ClientSettings& settings) {
    client::checkApiKey(settings.key, settings.secret);
    for (const auto& [name, value] : settings.headers) client::checkRequestHeader(name, value);
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
    base::require(settings.maxLineBytes > 0, "maxLineBytes is 0");
    base::require(settings.maxLineBytes <= client::mostBytes, "maxLineBytes is above 1 GiB");
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
      connections_(connectionsFrom(settings)) {
    for (unsigned i = 0; i < settings.deliveryThreads; ++i)
        delivery_.push_back(std::make_shared<delivery::DeliveryThread>("ksqldb-deliver"));
    // The loop is the first thread to end, then the one that satisfies futures, then those that
    // call back: each hands over to the next.
    loop_ = std::make_shared<transport::EventLoop>(settings.readPause,
                                                   [threads = delivery_, futures = futures_] {
                                                       futures->stop([threads] {
                                                           for (const auto& thread : threads)
                                                               thread->stop();
                                                       });
                                                   });
    if (isOneServer()) return;
    servers_ = std::make_shared<client::Servers>(
        loop_,
        client::Servers::Setup{connections_, settings.serverOrder, settings.circuitBreaker,
                               settings.discoverServers, httpRequest("GET", "", "", {}), logger_});
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
    complete(request, acceptFor(answer));
    request.body = protocol::queryStreamBody(body);
    const client::TimeSettings time = call.time.over(settings_.time);
    request.connectTimeout = time.connect;
    limits.header = time.header;
    limits.idle = time.idle;
    limits.liveness = call.liveness;
    // A stream may go on for ever, unless it says itself that it may not.
    limits.total =
        answer == QueryAnswer::Delimited ? time.total : call.time.total.value_or(milliseconds(0));
    limits.lineBytes = settings_.maxLineBytes;
    // The server repeats the statement, twice.
    limits.errorBodyBytes = std::size_t{64} * 1024 + 3 * sql.size();

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
    if (call.liveness.interval.count() > 0) setup.question = httpRequest("GET", "/info", {}, {});
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

void ClientCore::complete(transport::HttpRequest& request, const char* accept) const {
    if (isOneServer()) request.connection = connections_.front();  // else attempts ask for theirs
    request.headers = {{"Accept", accept}};
    if (request.method == "POST")
        request.headers.emplace_back("Content-Type", protocol::media::json);
    for (const auto& [name, value] : settings_.headers)
        transport::setHeader(request.headers, name, value);
    if (settings_.key.empty()) return;
    request.authorization = [user = settings_.key, secret = settings_.secret] {
        return transport::Credentials{user, secret, {}};
    };
}

void ClientCore::startInserts(const std::shared_ptr<InsertChannel>& channel,
                              client::InsertAttempt::Setup setup, const InsertSettings& settings) {
    transport::HttpRequest request;
    request.version = transport::HttpRequest::Version::Http2Required;
    request.path = "/inserts-stream";
    complete(request, protocol::media::delimited);
    const client::TimeSettings time = settings.time.over(settings_.time);
    request.connectTimeout = time.connect;
    setup.headerTimeout = time.header;
    setup.maxLineBytes = settings_.maxLineBytes;
    setup.logger = logger_;
    setup.route = newRoute();
    if (!setup.running) setup.running = running_->enter();
    using End = transport::TransferEnd;
    std::optional<End> end;
    if (!setup.running) end = End{End::Kind::Closed};
    if (settings.cancelToken.isCancelled()) end = End{End::Kind::Cancelled};
    client::startInserts(loop_, channel, std::move(request), std::move(setup), end);
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
    futures_->join();
    for (const auto& thread : delivery_) thread->join();
}

void ClientCore::letGo() {
    loop_->detach();
    for (const auto& thread : delivery_) thread->detach();
    futures_->detach();
}

}  // namespace ksqldb::detail
