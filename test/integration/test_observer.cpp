// What an Observer is told: each kind of call and of outcome, begin and end in pairs.
#include "cluster.h"
#include "insert_server.h"
#include "watcher.h"

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace ksqldb::test {
namespace {

constexpr const char* pull = "SELECT N FROM T;";
constexpr const char* push = "SELECT N FROM S EMIT CHANGES;";
const RetryPolicy quick = RetryPolicy().attempts(3).delay(1ms, 5ms);

/// Refuses the first requests in this way, and answers those after them.
Script after(int refusals, Script refuse, Script answer) {
    auto count = std::make_shared<std::atomic<int>>(0);
    return [=](Exchange& exchange) { ((*count)++ < refusals ? refuse : answer)(exchange); };
}

struct Observed : testing::Test {
    Observed() { server.on("/query-stream", "", numbers(3)); }

    ClientOptions options() const { return clientOptions(server).observer(watcher); }
    /// What is left when the Client has gone.
    std::string storyAfterAll() {
        client.reset();
        EXPECT_TRUE(watcher->isSound());
        return watcher->story();
    }
    Client& start(ClientOptions options) { return *(client = std::make_unique<Client>(options)); }

    LocalServer server;
    std::shared_ptr<Watcher> watcher = std::make_shared<Watcher>();
    std::unique_ptr<Client> client;
};

TEST_F(Observed, EveryKindOfCall) {
    server.on("/ksql", "", created());
    server.inserts().declare("S", "N BIGINT");
    server.on("/inserts-stream", "", server.inserts().script());
    Client& all = start(options());
    take(all.executeQuery(pull));
    ResultStream polled = all.streamQuery(pull);
    EXPECT_EQ(numbersOf(polled), firstNumbers(3));
    Recorder recorder;
    Subscription subscribed = all.streamQuery(pull, recorder.callbacks());
    ASSERT_TRUE(subscribed.waitFor(patience));
    take(all.execute("CREATE STREAM S2;"));
    take(all.serverInfo());
    take(all.healthCheck());
    take(all.insertInto("S", InsertRow().set("N", 1)));
    InsertStream inserts = all.insertStream("S");
    inserts.insert(InsertRow().set("N", 2));
    EXPECT_TRUE(inserts.close(patience).ok());
    EXPECT_EQ(storyAfterAll(),
              "Query 1 POST /query-stream 200 ok, ok\n"
              "Stream 1 POST /query-stream 200 ok, ok\n"
              "Stream 1 POST /query-stream 200 ok, ok\n"
              "Command 1 POST /ksql 200 ok, ok\n"
              "Command 1 GET /info 200 ok, ok\n"
              "Command 1 GET /healthcheck 200 ok, ok\n"
              "Insert 1 POST /inserts-stream 200 ok, ok\n"
              "InsertStream 1 POST /inserts-stream 200 ok, ok\n");
}

TEST_F(Observed, CallsBeginInTheCallersThread) {
    Client& all = start(options());
    take(all.executeQuery(pull));
    std::thread::id other;
    std::thread([&] {
        other = std::this_thread::get_id();
        ResultStream stream = all.streamQuery(pull);
        EXPECT_EQ(numbersOf(stream), firstNumbers(3));
        take(all.serverInfo());
    }).join();
    storyAfterAll();
    ASSERT_EQ(watcher->calls().size(), 3u);
    EXPECT_EQ(watcher->calls()[0]->thread, std::this_thread::get_id());
    EXPECT_EQ(watcher->calls()[1]->thread, other);
    EXPECT_EQ(watcher->calls()[2]->thread, other);
    for (const auto& request : watcher->requests()) {
        EXPECT_EQ(request->beginThread, "ksqldb-loop");
        EXPECT_EQ(request->endThread, "ksqldb-loop");
    }
}

TEST_F(Observed, AnEndIsToldBeforeTheResultIsThere) {
    Client& all = start(options());
    for (int i = 0; i < 20; ++i) {
        take(all.executeQuery(pull));
        EXPECT_TRUE(watcher->isSound());
        take(all.serverInfo());
        EXPECT_TRUE(watcher->isSound());
    }
}

TEST_F(Observed, AStatusIsAFailure) {
    server.on("/query-stream", "",
              respond(400, R"({"@type":"statement_error","error_code":40001,)"
                           R"("message":"no such table hunter2"})"));
    server.on("/ksql", "", respond(500, "no"));
    Client& all = start(options());
    EXPECT_EQ(errorFrom(all.executeQuery(pull)).code(), ErrorCode::StatementRejected);
    errorFrom(all.execute("CREATE STREAM S2;"));
    EXPECT_EQ(storyAfterAll(),
              "Query 1 POST /query-stream 400 StatementRejected, StatementRejected\n"
              "Command 1 POST /ksql 500 HttpStatus, HttpStatus\n");
    const ObservedFailure failure = watcher->requests()[0]->result.failure.value();
    EXPECT_EQ(failure.category, ErrorCategory::Server);
    EXPECT_EQ(failure.serverCode, 40001);
}

TEST_F(Observed, AnErrorAmongTheRowsIsAFailureOfBoth) {
    server.on("/query-stream", "", [](Exchange& exchange) {
        Answer answer(exchange);
        answer.header("q1");
        answer.numbers(0, 1);
        answer.error(50000, "broken");
    });
    Client& all = start(options());
    errorFrom(all.executeQuery(pull));
    EXPECT_EQ(storyAfterAll(), "Query 1 POST /query-stream 200 ServerError, ServerError\n");
    EXPECT_EQ(watcher->requests()[0]->result.queryId, "q1");
    EXPECT_EQ(watcher->calls()[0]->result.queryId, "q1");
}

TEST_F(Observed, ARefusalAndAReset) {
    SKIP_OVER("who is there is the proxy", Transport::HttpProxy, Transport::ConnectProxy);
    server.on("/query-stream", "", resetting());
    Client& all = start(options());
    EXPECT_EQ(errorFrom(all.executeQuery(pull)).code(), ErrorCode::ConnectionLost);
    server.kill();
    EXPECT_EQ(errorFrom(all.executeQuery(pull)).code(), ErrorCode::ConnectFailed);
    EXPECT_EQ(storyAfterAll(),
              "Query 1 POST /query-stream 0 ConnectionLost, ConnectionLost\n"
              "Query 1 POST /query-stream 0 ConnectFailed, ConnectFailed\n");
    EXPECT_FALSE(watcher->requests()[1]->result.version);
    EXPECT_FALSE(watcher->requests()[1]->result.isReused);
    EXPECT_FALSE(watcher->requests()[1]->result.times.sent);
}

TEST_F(Observed, ATimeout) {
    server.on("/query-stream", "", silent());
    server.on("/ksql", "", silent());
    Client& all = start(options().headerTimeout(50ms).requestTimeout(50ms));
    errorFrom(all.executeQuery(pull));
    errorFrom(all.execute("CREATE STREAM S2;"));
    EXPECT_EQ(storyAfterAll(),
              "Query 1 POST /query-stream 0 HeaderTimeout, HeaderTimeout\n"
              "Command 1 POST /ksql 0 TotalTimeout, TotalTimeout\n");
    EXPECT_GE(watcher->requests()[0]->result.times.end, 40ms);
}

TEST_F(Observed, ACancelledCall) {
    server.on("/query-stream", push, endless("q1", 2));
    Client& all = start(options());
    Recorder recorder;
    Subscription stream = all.streamQuery(push, recorder.callbacks());
    ASSERT_TRUE(recorder.waitForRows(2));
    stream.cancel();
    ASSERT_TRUE(recorder.waitForEnd());
    // One that was cancelled before it began makes no request.
    CancelSource source;
    source.cancel();
    ResultStream none = all.streamQuery(push, StreamOptions().cancelToken(source.token()));
    RowView row;
    EXPECT_EQ(none.next(row), Next::End);
    EXPECT_EQ(storyAfterAll(),
              "Stream 1 POST /query-stream 200 Cancelled, Cancelled\n"
              "Stream Cancelled\n");
    EXPECT_EQ(watcher->calls()[1]->result.requests, 0u);
    EXPECT_EQ(watcher->requests()[0]->result.failure->category, ErrorCategory::Cancelled);
}

TEST_F(Observed, CallsInFlightWhenTheClientCloses) {
    server.on("/query-stream", push, endless("q1", 1));
    server.on("/ksql", "", silent());
    Client& all = start(options());
    Recorder recorder;
    Subscription stream = all.streamQuery(push, recorder.callbacks());
    ASSERT_TRUE(recorder.waitForRows(1));
    auto statement = all.execute("CREATE STREAM S2;");
    InsertStream inserts = all.insertStream("S");
    ASSERT_TRUE(server.waitForRequests(3, patience));
    all.close();
    errorFrom(statement);
    // What comes too late ends as well.
    errorFrom(all.executeQuery(pull));
    errorFrom(all.execute("CREATE STREAM S2;"));
    errorFrom(all.insertInto("S", InsertRow().set("N", 1)));
    const std::string story = storyAfterAll();
    EXPECT_EQ(story.find(" ok\n"), std::string::npos) << story;
    EXPECT_EQ(watcher->calls().size(), 6u);
    for (std::size_t i = 3; i < 6; ++i) {
        EXPECT_EQ(watcher->calls()[i]->result.requests, 0u);
        EXPECT_EQ(watcher->calls()[i]->result.failure->code, ErrorCode::ClientClosed);
    }
}

TEST_F(Observed, RepetitionsOfEachKind) {
    SKIP_OVER("where the proxy has closed a kept connection, a statement is not sent again",
              Transport::HttpProxy);
    server.on("/query-stream", "", after(2, starting(), numbers(3)));
    server.on("/ksql", "", after(1, starting(), created()));
    Client& all = start(options().retry(quick));
    take(all.executeQuery(pull));
    take(all.execute("CREATE STREAM S2;"));
    EXPECT_EQ(storyAfterAll(),
              "Query 1 POST /query-stream 503 ServerError again,"
              " 2 POST /query-stream 503 ServerError again, 3 POST /query-stream 200 ok, ok\n"
              "Command 1 POST /ksql 503 ServerError again, 2 POST /ksql 200 ok, ok\n");
    EXPECT_EQ(watcher->calls()[0]->result.requests, 3u);
}

TEST_F(Observed, TheLastRepetitionIsNotRepeated) {
    server.on("/query-stream", "", starting());
    Client& all = start(options().retry(quick));
    errorFrom(all.executeQuery(pull));
    EXPECT_EQ(storyAfterAll(),
              "Query 1 POST /query-stream 503 ServerError again,"
              " 2 POST /query-stream 503 ServerError again,"
              " 3 POST /query-stream 503 ServerError, ServerError\n");
}

TEST_F(Observed, AResumption) {
    SKIP_OVER("over HTTP/2 libcurl 7.88 forgets what came just before a reset", Transport::H2c);
    server.on("/query-stream", push, after(1, resettingAfter(2), endless("q2", 2)));
    Client& all = start(options());
    Recorder recorder;
    Subscription stream = all.streamQuery(push, recorder.callbacks(),
                                          StreamOptions().resume(quick, ResumeFrom::Latest));
    ASSERT_TRUE(recorder.waitForRows(4));
    stream.cancel();
    ASSERT_TRUE(recorder.waitForEnd());
    EXPECT_EQ(storyAfterAll(),
              "Stream 1 POST /query-stream 200 ConnectionLost again,"
              " 2 POST /query-stream 200 Cancelled, Cancelled\n");
    EXPECT_EQ(watcher->requests()[0]->result.queryId, "query_1");
    EXPECT_EQ(watcher->calls()[0]->result.queryId, "q2");
    EXPECT_EQ(watcher->calls()[0]->result.query->resumptions, 1u);
    EXPECT_EQ(watcher->calls()[0]->result.query->rows, 4u);
}

TEST_F(Observed, ACommandWithSeveralRequests) {
    SKIP_OVER("each release answers /close-query in its way", Transport::H2c);
    server.on("/ksql", "",
              respond(200, R"([{"@type":"currentStatus","commandStatus":)"
                           R"({"status":"SUCCESS","message":"","queryId":null}}])"));
    server.on("/close-query", "", respond(200, "{}"));
    Client& all = start(options());
    try {
        take(all.closeQuery("transient_S_1"));
    } catch (const Error&) {  // it is not about how that goes
    }
    client.reset();
    EXPECT_TRUE(watcher->isSound());
    ASSERT_EQ(watcher->calls().size(), 1u);
    EXPECT_EQ(watcher->calls()[0]->result.requests, watcher->calls()[0]->requests.size());
}

TEST_F(Observed, InsertsThatGoOnByInsertValuesAreOneCall) {
    SKIP_OVER("its server speaks HTTP/1.1 only", Transport::H2c);
    ServerOptions without = serverOptions(Wire::Tls);
    without.http2 = false;
    LocalServer old(without);
    old.on("/ksql", "", respond(200, "[]"));
    Client& all = start(clientOptions(old, Wire::Tls).observer(watcher));
    take(all.insertInto("S", InsertRow().set("N", 1),
                        InsertOptions().insertValues(InsertValues::WithoutHttp2)));
    take(all.insertInto("S", InsertRow().set("N", 1),
                        InsertOptions().insertValues(InsertValues::Always)));
    EXPECT_EQ(errorFrom(all.insertInto("S", InsertRow().set("N", 1))).code(),
              ErrorCode::Http2Required);
    EXPECT_EQ(storyAfterAll(),
              "Insert 1 POST /inserts-stream 400 Http2Required, 1 POST /ksql 200 ok, ok\n"
              "Insert 1 POST /ksql 200 ok, ok\n"
              "Insert 1 POST /inserts-stream 400 Http2Required, Http2Required\n");
}

TEST_F(Observed, AnInsertStreamWhoseCallbackThrows) {
    server.inserts().declare("S", "N BIGINT");
    server.on("/inserts-stream", "", server.inserts().script());
    Client& all = start(options());
    InsertStream inserts =
        all.insertStream("S", InsertStreamOptions().onAcknowledged(
                                  [](SequenceRange) { throw std::runtime_error("no"); }));
    // Else the stream may be closed before its callback is called.
    const Error error = errorFrom([&] {
        while (true) inserts.insert(InsertRow().set("N", 1));
    });
    EXPECT_EQ(error.code(), ErrorCode::CallbackThrew);
    storyAfterAll();
    EXPECT_EQ(watcher->calls()[0]->result.failure->code, ErrorCode::CallbackThrew);
}

TEST_F(Observed, ACallThatThrowsEndsAsWell) {
    SKIP_OVER("over TLS such a header is allowed", Transport::Tls, Transport::ClientCertificate,
              Transport::ConnectProxy);
    SKIP_OVER("credentials are allowed here", Transport::Basic, Transport::Bearer);
    Client& all = start(options());
    EXPECT_THROW((void)all.execute("CREATE STREAM S2;",
                                   CommandOptions().requestHeader("Authorization", "hunter2")),
                 Error);
    EXPECT_THROW((void)all.insertStream(
                     "S", InsertStreamOptions().requestHeader("Authorization", "hunter2")),
                 Error);
    storyAfterAll();
    for (const auto& call : watcher->calls())
        EXPECT_EQ(call->result.failure->code, ErrorCode::InvalidArgument);
}

class ObservedCluster : public ClusterTest {
protected:
    std::shared_ptr<Watcher> watcher = std::make_shared<Watcher>();
};

TEST_F(ObservedCluster, EachServerThatIsTriedIsARequest) {
    SKIP_OVER("who is there is the proxy", Transport::HttpProxy, Transport::ConnectProxy);
    at(0).on("/query-stream", "", starting());
    at(1).kill();
    {
        Client client(options().observer(watcher));
        take(client.executeQuery(pull));
    }
    EXPECT_TRUE(watcher->isSound());
    EXPECT_EQ(watcher->story(),
              "Query 1 POST /query-stream 503 ServerError again,"
              " 2 POST /query-stream 0 ConnectFailed again, 3 POST /query-stream 200 ok, ok\n");
    const auto& requests = watcher->requests();
    EXPECT_NE(requests[0]->info.server, requests[1]->info.server);
    EXPECT_NE(requests[1]->info.server, requests[2]->info.server);
}

TEST_F(ObservedCluster, TheClientsOwnRequestsAreToldApart) {
    at(0).on("/query-stream", "", starting());
    at(0).on("/healthcheck", "", respond(200, R"({"isHealthy":true,"details":{}})"));
    {
        Client client(options().observer(watcher).circuitBreaker(
            CircuitBreaker().failures(1).delay(1ms, 5ms)));
        take(client.executeQuery(pull));
        ASSERT_TRUE(watcher->waitForRequestEnds(3));
    }
    EXPECT_TRUE(watcher->isSound());
    EXPECT_NE(watcher->ownStory().find("Own 1 GET /healthcheck 200 ok\n"), std::string::npos)
        << watcher->ownStory();
    EXPECT_EQ(watcher->calls().size(), 1u);
}

TEST(ObservedTokens, ARenewalIsARequestOfItsOwnAndARepetition) {
    LocalServer server;
    server.on("/query-stream", "", numbers(3));
    server.issueTokens("a client", "hunter2");
    const auto watcher = std::make_shared<Watcher>();
    {
        OAuthClientCredentials source(server.url() + "/oauth/token?audience=hunter2", "a client",
                                      "hunter2");
        Client client(
            clientOptions(server).allowCredentialsOverPlainHttp().credentials(source).observer(
                watcher));
        take(client.executeQuery(pull));
        server.revokeTokens();
        take(client.executeQuery(pull));
    }
    EXPECT_TRUE(watcher->isSound());
    EXPECT_EQ(watcher->story(),
              "Query 1 POST /query-stream 200 ok, ok\n"
              "Query 1 POST /query-stream 401 Unauthorized again,"
              " 2 POST /query-stream 200 ok, ok\n");
    EXPECT_EQ(watcher->ownStory(), "Token 1 POST  200 ok\nToken 1 POST  200 ok\n");
    for (const auto& request : watcher->requests())
        EXPECT_EQ(request->info.server.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace ksqldb::test
