// One row, or some, with one request.
#include "insert_server.h"
#include "server/recording.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace ksqldb::test {
namespace {

using Ranges = std::vector<SequenceRange>;

class InsertInto : public Inserts {};
INSTANTIATE_TEST_SUITE_P(Wires, InsertInto, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(InsertInto, OneRow) {
    serveAll();
    take(client.insertInto("`test-stream`", row.set("K", "k1").set("V", 0.5),
                           InsertOptions().property("ksql.streams.acks", "all")));
    EXPECT_EQ(rowsOf(), (std::vector<std::string>{R"({"K":"k1","V":0.5})"}));
    EXPECT_EQ(target, R"({"target":"`test-stream`","properties":{"ksql.streams.acks":"all"}})");
    take(client.insertInto("S", InsertRow()));
}

TEST_P(InsertInto, ATargetThatIsRefused) {
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        exchange.readBody();
        exchange.respond(
            400,
            R"({"@type":"generic_error","error_code":40001,"message":"Invalid target name: x"})");
    });
    const Error error = errorFrom(client.insertInto("x", row));
    EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(error.httpStatus(), 400);
    EXPECT_EQ(error.serverCode(), 40001);
    EXPECT_EQ(error.serverMessage(), "Invalid target name: x");
}

TEST_P(InsertInto, ARowWhoseFateTheServerDoesNotTell) {
    const std::string message = "Error in processing inserts. Check server logs for details.";
    serve([&](InsertRequest& request, Exchange&) {
        request.accept();
        request.readRows(1);
        request.refuse(0, 50000, message);
    });
    const Error error = errorFrom(client.insertInto("S", row));
    EXPECT_EQ(error.code(), ErrorCode::ServerError);
    EXPECT_EQ(error.serverCode(), 50000);
    EXPECT_EQ(error.serverMessage(), message);

    InsertRows one;
    one.add(row);
    const InsertReport report = take(client.insertInto("S", one));
    EXPECT_EQ(report.fate(0), RowFate::Unknown);
    EXPECT_EQ(report.error->serverCode(), 50000);
}

/// Success is one acknowledgement, no fewer and no more.
TEST_P(InsertInto, AnAnswerThatIsNone) {
    const auto answer = [this](const std::string& body) {
        serve([body](InsertRequest& request, Exchange& exchange) {
            request.readRows(1);
            EXPECT_FALSE(request.row());
            request.accept();
            exchange.chunk(body);
            exchange.lastChunk();
        });
        return errorFrom(client.insertInto("S", row)).code();
    };
    EXPECT_EQ(answer(""), ErrorCode::TruncatedResponse);
    EXPECT_EQ(answer("{\"seq\":0,\"status\":\"ok\"}\n{\"seq\":1,\"status\":\"ok\"}\n"),
              ErrorCode::MalformedResponse);
    EXPECT_EQ(answer("{\"seq\":0,\"sta"), ErrorCode::TruncatedResponse);
}

TEST_P(InsertInto, RowsWithAFateEach) {
    serve([](InsertRequest& request, Exchange&) {
        request.accept();
        request.readRows(5);
        request.acknowledge(0);
        request.acknowledge(2);
        request.refuse(3, 40000, "no");
    });
    InsertRows some;
    for (int i = 0; i < 4; ++i) some.add(numbered(i));
    some.addJson("{\"N\":4}");
    EXPECT_EQ(some.size(), 5u);
    EXPECT_EQ(errorFrom([&] { some.addJson("{}\n{}"); }).code(), ErrorCode::InvalidArgument);
    const InsertReport report = take(client.insertInto("S", some));
    const RowFate expected[] = {RowFate::Acknowledged, RowFate::Unknown, RowFate::Acknowledged,
                                RowFate::Refused, RowFate::Unknown};
    for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(report.fate(i), expected[i]) << i;
    EXPECT_EQ(report.refused->error.serverCode(), 40000);
    expectSum(report);
}

TEST_P(InsertInto, ManyRowsAtOnce) {
    serveAll();
    InsertRows many;
    for (int i = 0; i < 20'000; ++i) many.add(numbered(i));
    EXPECT_TRUE(take(client.insertInto("S", many)).ok());
    const auto stored = rowsOf();
    ASSERT_EQ(stored.size(), 20'000u);
    EXPECT_EQ(stored.back(), "{\"N\":19999}");
    EXPECT_TRUE(take(client.insertInto("S", InsertRows())).ok());
}

TEST_P(InsertInto, RowsForATargetThatIsRefusedAreNotSent) {
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        exchange.readLine();
        exchange.respond(
            401, R"({"@type":"generic_error","error_code":40100,"message":"Unauthorized"})");
    });
    InsertRows some;
    some.add(row).add(row);
    const InsertReport report = take(client.insertInto("S", some));
    EXPECT_EQ(report.error->code(), ErrorCode::Unauthorized);
    EXPECT_EQ(report.notSent, (Ranges{{0, 1}}));
}

/// A proxy's refusal is no JSON, and the end of its answer may come before the request's.
TEST_P(InsertInto, ARefusalThatIsNoJson) {
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        exchange.readLine();
        exchange.respond(502, "<html>no</html>");
    });
    InsertRows some;
    some.add(row);
    const InsertReport report = take(client.insertInto("S", some));
    EXPECT_EQ(report.error->code(), ErrorCode::HttpStatus);
    EXPECT_EQ(report.error->httpStatus(), 502);
    EXPECT_EQ(report.error->serverMessage(), "<html>no</html>");
}

TEST_P(InsertInto, ItsLimits) {
    server.on("/inserts-stream", "", silent());
    const Error error = errorFrom(client.insertInto("S", row, InsertOptions().timeout(30ms)));
    EXPECT_EQ(error.code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(error.limitName(), "timeout");
    Client hasty(clientOptions(server, GetParam()).requestTimeout(30ms));
    EXPECT_EQ(errorFrom(hasty.insertInto("S", row)).limitName(), "requestTimeout");

    CancelSource source;
    auto cancelled = client.insertInto("S", row, InsertOptions().cancelToken(source.token()));
    source.cancel();
    EXPECT_EQ(errorFrom(cancelled).code(), ErrorCode::Cancelled);
    EXPECT_EQ(
        errorFrom([&] { (void)client.insertInto("S", row, InsertOptions().timeout(-1ms)); }).code(),
        ErrorCode::InvalidArgument);
    auto closed = client.insertInto("S", row);
    client.close();
    EXPECT_EQ(errorFrom(closed).code(), ErrorCode::ClientClosed);
    EXPECT_EQ(errorFrom(client.insertInto("S", row)).code(), ErrorCode::ClientClosed);
}

/// What a real server answered, each acknowledgement when its row has come.
TEST_P(InsertInto, AsARealServer) {
    const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
    ASSERT_NE(folder, nullptr);
    int played = 0;
    for (const auto& recording :
         server::loadRecordings(std::filesystem::path(folder) / "inserts")) {
        SCOPED_TRACE(recording.name);
        if (recording.request.version != "HTTP/2" || recording.name == "inserts/two-json") continue;
        const std::string body = recording.responseBody();
        const auto ends =
            std::count(recording.request.bodyText.begin(), recording.request.bodyText.end(), '\n');
        const bool isLineOpen = recording.request.bodyText.back() != '\n';
        const auto count = static_cast<std::size_t>(ends) - (isLineOpen ? 0 : 1);
        // Its own copy: the script may go on when the client has all that it needs.
        serve([recording, count](InsertRequest& request, Exchange& exchange) {
            exchange.head(recording.response.status);
            if (recording.response.status == 200) request.readRows(count);
            for (const auto& part : recording.response.parts) exchange.chunk(part.bytes);
            if (recording.responseBody().find("error_code") == std::string::npos) {
                EXPECT_FALSE(request.row());
            }
            exchange.lastChunk();
        });
        InsertRows some;
        for (std::size_t i = 0; i < count; ++i) some.add(numbered(1));
        const InsertReport report = take(client.insertInto("orders", some));
        std::uint64_t stored = 0;
        for (std::size_t at = 0; (at = body.find("\"ok\"", at)) != std::string::npos; ++at)
            ++stored;
        const auto message = body.find("\"message\":\"");
        EXPECT_EQ(report.acknowledged, stored);
        EXPECT_EQ(report.error.has_value(), message != std::string::npos);
        EXPECT_EQ(report.refused.has_value(),
                  message != std::string::npos && recording.response.status == 200 &&
                      body.find("\"error_code\":50000") == std::string::npos);
        if (report.error) {
            EXPECT_NE(report.error->serverCode(), 0);
        }
        if (report.refused) {
            EXPECT_NE(body.find("\"seq\":" + std::to_string(report.refused->sequence) + ","),
                      std::string::npos);
        }
        expectSum(report);
        ++played;
    }
    EXPECT_EQ(played, 22);
}

/// A server, or a proxy, that knows no HTTP/2: the Error says so, and no row is sent.
TEST(InsertsOverHttp1, TheErrorSaysSo) {
    for (const Wire wire : {Wire::Plain, Wire::Tls}) {
        ServerOptions old = serverOptions(wire);
        old.http2 = false;
        LocalServer server(old);
        // Without TLS the server may just hang up, or be silent.
        Client client(
            clientOptions(server, wire).requestTimeout(wire == Wire::Tls ? patience : 1s));
        InsertRow row;
        const Error error = errorFrom(client.insertInto("S", row));
        EXPECT_NE(std::string(error.what()).find("HTTP/2"), std::string::npos) << error.what();
        if (wire == Wire::Tls) {
            EXPECT_EQ(error.code(), ErrorCode::Http2Required);
        }
        InsertRows some;
        some.add(row);
        const InsertReport report = take(client.insertInto("S", some));
        EXPECT_NE(std::string(report.error->what()).find("HTTP/2"), std::string::npos);
        EXPECT_EQ(report.notSent, (Ranges{{0, 0}}));
    }
}

InsertRow withNumber(std::int64_t number) {
    InsertRow row;
    row.set("N", number);
    return row;
}

std::vector<std::string> statementsTo(const LocalServer& server) {
    std::vector<std::string> all;
    for (const auto& request : server.requests())
        if (request.path() == "/ksql") all.push_back(request.sql());
    return all;
}

class InsertIntoByValues : public testing::TestWithParam<Wire> {
protected:
    InsertIntoByValues() {
        server_.on("/ksql", "", [](Exchange& exchange) { exchange.respond(200, "[]"); });
    }
    std::vector<std::string> statements() const { return statementsTo(server_); }
    static ServerOptions old() {
        ServerOptions options = serverOptions(GetParam());
        options.http2 = false;
        return options;
    }

    LocalServer server_{old()};
    Client client_{clientOptions(server_, GetParam()).requestTimeout(patience)};
};
INSTANTIATE_TEST_SUITE_P(Wires, InsertIntoByValues, testing::Values(Wire::Plain, Wire::Tls),
                         wireName);

TEST_P(InsertIntoByValues, Always) {
    SKIP_OVER("the tests' proxy closes each connection", Transport::HttpProxy);
    SKIP_OVER("its server speaks HTTP/1.1 only", Transport::H2c);
    const auto always = InsertOptions().insertValues(InsertValues::Always);
    InsertRow row;
    take(client_.insertInto("`s 1`", row.set("K", "it's").set("`v`", 0.5),
                            InsertOptions(always).property("ksql.streams.acks", "all")));
    InsertRows some;
    for (int i = 0; i < 3; ++i) some.add(withNumber(i));
    const InsertReport report = take(client_.insertInto("s", some, always));
    EXPECT_TRUE(report.ok());
    EXPECT_EQ(report.acknowledged, 3u);
    EXPECT_EQ(statements(),
              (std::vector<std::string>{"INSERT INTO `s 1` (`K`, `v`) VALUES ('it''s', 5.0E-01);",
                                        "INSERT INTO `S` (`N`) VALUES (0);",
                                        "INSERT INTO `S` (`N`) VALUES (1);",
                                        "INSERT INTO `S` (`N`) VALUES (2);"}));
    EXPECT_EQ(server_.requests().at(0).property("ksql.streams.acks"), "\"all\"");
    EXPECT_TRUE(take(client_.insertInto("s", InsertRows(), always)).ok());
}

TEST_P(InsertIntoByValues, WhatCannotBeWrittenIsNotSent) {
    const auto always = InsertOptions().insertValues(InsertValues::Always);
    InsertRow row;
    row.set("A", std::vector<int>());
    EXPECT_EQ(errorFrom([&] { (void)client_.insertInto("s", row, always); }).code(),
              ErrorCode::InvalidArgument);
    InsertRows some;
    some.add(withNumber(1)).addJson("{\"N\":2}");
    EXPECT_EQ(errorFrom([&] { (void)client_.insertInto("s", some, always); }).code(),
              ErrorCode::InvalidArgument);
    EXPECT_TRUE(server_.requests().empty());
}

TEST_P(InsertIntoByValues, TheFirstRefusalEndsIt) {
    SKIP_OVER("its server speaks HTTP/1.1 only", Transport::H2c);
    server_.on("/ksql", "INSERT INTO `S` (`N`) VALUES (1);", [](Exchange& exchange) {
        exchange.respond(
            400, R"({"@type":"statement_error","error_code":40001,"message":"no","entities":[]})");
    });
    InsertRows some;
    for (int i = 0; i < 3; ++i) some.add(withNumber(i));
    const InsertReport report =
        take(client_.insertInto("s", some, InsertOptions().insertValues(InsertValues::Always)));
    EXPECT_EQ(report.fate(0), RowFate::Acknowledged);
    EXPECT_EQ(report.fate(1), RowFate::Refused);
    EXPECT_EQ(report.fate(2), RowFate::NotSent);
    EXPECT_EQ(report.error->serverCode(), 40001);
    EXPECT_EQ(statements().size(), 2u);
}

TEST_P(InsertIntoByValues, ItsLimits) {
    SKIP_OVER("its server speaks HTTP/1.1 only", Transport::H2c);
    server_.on("/ksql", "", silent());
    const auto always = InsertOptions().insertValues(InsertValues::Always);
    InsertRow row;
    row.set("N", 1);
    const Error late = errorFrom(client_.insertInto("s", row, InsertOptions(always).timeout(30ms)));
    EXPECT_EQ(late.code(), ErrorCode::TotalTimeout);
    EXPECT_FALSE(late.isRetryable()) << "the server may have executed it";
    CancelSource source;
    auto cancelled =
        client_.insertInto("s", row, InsertOptions(always).cancelToken(source.token()));
    source.cancel();
    EXPECT_EQ(errorFrom(cancelled).code(), ErrorCode::Cancelled);
    auto closed = client_.insertInto("s", row, always);
    client_.close();
    EXPECT_EQ(errorFrom(closed).code(), ErrorCode::ClientClosed);
}

/// The server, or a proxy, turns out to know no HTTP/2. Over plain http it may as well hang up.
TEST(InsertIntoWithoutHttp2, GoesOnByValues) {
    SKIP_OVER("its server speaks HTTP/1.1 only", Transport::H2c);
    ServerOptions old = serverOptions(Wire::Tls);
    old.http2 = false;
    LocalServer server(old);
    server.on("/ksql", "", [](Exchange& exchange) { exchange.respond(200, "[]"); });
    Client client(clientOptions(server, Wire::Tls).requestTimeout(patience));
    const auto options = InsertOptions().insertValues(InsertValues::WithoutHttp2);
    InsertRow row;
    take(client.insertInto("s", row.set("N", 7), options));
    InsertRows some;
    some.add(withNumber(8)).add(withNumber(9));
    EXPECT_TRUE(take(client.insertInto("s", some, options)).ok());
    EXPECT_EQ(statementsTo(server),
              (std::vector<std::string>{"INSERT INTO `S` (`N`) VALUES (7);",
                                        "INSERT INTO `S` (`N`) VALUES (8);",
                                        "INSERT INTO `S` (`N`) VALUES (9);"}));

    some.addJson("{}");
    const InsertReport report = take(client.insertInto("s", some, options));
    EXPECT_EQ(report.error->code(), ErrorCode::InvalidArgument);
    EXPECT_EQ(report.notSent, (Ranges{{0, 2}}));
}

/// With HTTP/2 nothing is different.
TEST_P(InsertInto, WithHttp2NoValuesAreNeeded) {
    serveAll();
    take(client.insertInto("S", row.set("A", std::vector<int>()),
                           InsertOptions().insertValues(InsertValues::WithoutHttp2)));
    EXPECT_EQ(rowsOf(), (std::vector<std::string>{R"({"A":[]})"}));
}

}  // namespace
}  // namespace ksqldb::test
