#include <ksqldb/command.h>
#include <ksqldb/listings.h>
#include <ksqldb/script.h>
#include <ksqldb/server_commands.h>
#include <ksqldb/statements.h>

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>

namespace ksqldb::test {
namespace {

using detail::CommandStep;

const detail::CommandRun::TimePoint now{};

ErrorCode codeOf(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode{};
}

std::string whatOf(const std::function<void()>& f) {
    try {
        f();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST(Command, AnApplicationMakesItsOwn) {
    const Command<std::size_t> types("LIST TYPES;",
                                     [](const auto& entities) { return entities.size(); });
    EXPECT_EQ(types.sql(), "LIST TYPES;");
    EXPECT_TRUE(types.isReadOnly());
    EXPECT_EQ(types.read({200, {}, R"([{"@type":"type_list","types":{}}])"}), 1U);
    EXPECT_EQ(types.read({200, {}, "[]"}), 0U);
}

TEST(Command, GivesEntitiesAsTheyCame) {
    const auto all = statements("X;").read(
        {200,
         {},
         R"([ {"@type":"new_one","statementText":"X;", "n":1.50,"warnings":[{"message":"w"}]} ,{}])"});
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].type, "new_one");
    EXPECT_EQ(all[0].statementText, "X;");
    EXPECT_EQ(all[0].warnings, std::vector<std::string>{"w"});
    EXPECT_EQ(all[0].json,
              R"({"@type":"new_one","statementText":"X;", "n":1.50,"warnings":[{"message":"w"}]})");
    EXPECT_EQ(all[1].type, "");
    EXPECT_EQ(all[1].json, "{}");
}

TEST(Command, ReadsOnlyWhatOnlyLooks) {
    const auto read = [](const std::vector<Entity>&) { return 0; };
    for (const char* const sql :
         {"list streams;", "SHOW TABLES;", "-- c\nDESCRIBE X;", "EXPLAIN SELECT 1;",
          "ASSERT TOPIC x;", "LIST STREAMS; SHOW TYPES;"})
        EXPECT_TRUE(Command<int>(sql, read).isReadOnly()) << sql;
    for (const char* const sql : {"DROP STREAM X;", "LIST STREAMS; DROP STREAM X;", "", "LISTS;",
                                  "CREATE STREAM LIST;", "SET 'a'='b';"})
        EXPECT_FALSE(Command<int>(sql, read).isReadOnly()) << sql;
}

TEST(Command, IsPrintedWithoutSecrets) {
    const auto read = [](const std::vector<Entity>&) { return 0; };
    std::ostringstream out;
    out << listStreams() << '|' << serverInfo() << '|'
        << Command<int>(
               "CREATE SINK CONNECTOR c WITH ('connector.class'='a.B', \"k\" = "
               "'s;ecret', 'p'='it''s'); INSERT INTO S VALUES ('x'='y');",
               read);
    EXPECT_EQ(out.str(),
              "LIST STREAMS;|GET /info|CREATE SINK CONNECTOR c WITH ('connector.class'='a.B', "
              "\"k\" = '[string]', 'p'='[string]'); INSERT INTO S VALUES ('x'='y');");
    EXPECT_EQ(Command<int>("CREATE SINK CONNECTOR c WITH ('p'='secret);", read).toString(),
              "CREATE SINK CONNECTOR c WITH ('p'='[string]'");
    EXPECT_EQ(rawRequest({"POST", "/x", {{"authorization", "secret"}}, "secret"}).toString(),
              "POST /x");
}

TEST(Command, IsCompared) {
    const auto read = [](const std::vector<Entity>&) { return 0; };
    EXPECT_EQ(listStreams(), listStreams());
    EXPECT_NE(listTopics(), listAllTopics());
    EXPECT_NE(Command<int>("CREATE SINK CONNECTOR c WITH ('a'='b');", read),
              Command<int>("CREATE SINK CONNECTOR c WITH ('a'='c');", read));
    EXPECT_NE(rawRequest({"POST", "/x", {}, "a"}), rawRequest({"POST", "/x", {}, "b"}));
}

TEST(Command, IsExecutedAsOftenAsWanted) {
    const auto command = serverInfo();
    for (int i = 0; i < 2; ++i) {
        const auto run = command.newRun();
        const CommandStep first = run->start(now);
        ASSERT_EQ(first.kind, CommandStep::Kind::Send);
        EXPECT_EQ(first.request.http.method, "GET");
        EXPECT_EQ(first.request.http.path, "/info");
        EXPECT_EQ(first.request.sql, "");
        EXPECT_TRUE(first.request.isReadOnly);
        EXPECT_EQ(first.wait.count(), 0);
        const CommandStep second =
            run->onAnswer({200, {}, R"({"KsqlServerInfo":{"version":"7.6.1"}})"}, now);
        ASSERT_EQ(second.kind, CommandStep::Kind::Done);
        EXPECT_EQ(run->take().version, "7.6.1");
    }
}

TEST(Command, FailsWithWhatItIsTold) {
    const auto run = listStreams().newRun();
    EXPECT_EQ(run->start(now).request.sql, "LIST STREAMS;");
    const CommandStep step = run->onError(Error(ErrorCode::ConnectionLost, "gone"), now);
    ASSERT_EQ(step.kind, CommandStep::Kind::Failed);
    EXPECT_EQ(step.error->code(), ErrorCode::ConnectionLost);
}

TEST(Command, AStatusIsAnError) {
    const char* const body =
        R"({"@type":"statement_error","error_code":40001,"message":"no","statementText":"LIST STREAMS;","entities":[]})";
    try {
        listStreams().read({400, {}, body});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
        EXPECT_EQ(error.serverCode(), 40001);
        EXPECT_EQ(error.statement(), "LIST STREAMS;");
    }
    // Whatever the body is, the call ends.
    for (const char* const other : {"", "Not Found", "<html>", "{", "[", "{}", "null"})
        EXPECT_EQ(codeOf([&] {
                      listStreams().read({404, {}, other});
                  }),
                  ErrorCode::HttpStatus)
            << other;
    EXPECT_EQ(codeOf([] { listStreams().read({401, {}, ""}); }), ErrorCode::Unauthorized);
}

TEST(Command, AnotherAnswerThanExpectedSaysWhatCame) {
    for (const char* const body :
         {"", "nope", "{}", "null", "[1]", "[[]]", "[null]", "[{}", R"([{"@type":"streams"}])",
          R"([{"@type":"streams","streams":1}])"})
        EXPECT_EQ(codeOf([&] {
                      listStreams().read({200, {}, body});
                  }),
                  ErrorCode::MalformedResponse)
            << body;
    EXPECT_EQ(whatOf([] {
                  listStreams().read({200, {}, "[]"});
              }),
              "the server answers with no element instead of streams: []");
    EXPECT_EQ(whatOf([] {
                  listStreams().read({200, {}, R"([{"@type":"tables"},{"@type":"streams"}])"});
              }),
              "the server answers with 2 elements instead of one streams, the first tables: "
              R"({"@type":"tables"})");
    EXPECT_EQ(whatOf([] {
                  listStreams().read({200, {}, R"([{"@type":"tables"}])"});
              }),
              R"(the server answers with tables instead of streams: {"@type":"tables"})");
    EXPECT_EQ(whatOf([] {
                  listStreams().read({200, {}, R"([{"x":1}])"});
              }),
              R"(the server answers with an element without a type instead of streams: {"x":1})");
    EXPECT_EQ(whatOf([] {
                  listStreams().read({200, {}, "[{\"@type\":\"\xFF\"}]"});
              }),
              "the answer is no list of elements: bytes that are no text");
    EXPECT_EQ(whatOf([] {
                  serverInfo().read({200, {}, "<html>"});
              }),
              "the answer is no server's info: <html>");
}

TEST(Command, AnElementMayBeAnError) {
    // Releases before 0.27, for what Kafka Connect refuses.
    EXPECT_EQ(whatOf([] {
                  statements("X;").read(
                      {200, {}, R"([{"@type":"error_entity","errorMessage":"no connect"}])"});
              }),
              "the server answers with an error: no connect");
    EXPECT_EQ(codeOf([] {
                  statements("X;").read(
                      {200, {}, R"({"@type":"generic_error","error_code":50000,"message":"m"})"});
              }),
              ErrorCode::ServerError);
}

TEST(Command, AReaderThatThrowsFailsTheCall) {
    const Command<int> broken(
        "LIST TYPES;", [](const std::vector<Entity>&) -> int { throw std::logic_error("mine"); });
    EXPECT_EQ(codeOf([&] { broken.read({200, {}, "[]"}); }), ErrorCode::CallbackThrew);
    EXPECT_EQ(whatOf([&] { broken.read({200, {}, "[]"}); }), "the reader of a command threw: mine");
    const Command<int> refusing("LIST TYPES;", [](const std::vector<Entity>&) -> int {
        throw Error(ErrorCode::OutOfRange, "mine");
    });
    EXPECT_EQ(codeOf([&] { refusing.read({200, {}, "[]"}); }), ErrorCode::OutOfRange);
}

TEST(Command, ARawRequestTakesAnyStatus) {
    const auto command = rawRequest({"GET", "/nope?a=b", {{"h1", "v1"}}, ""});
    EXPECT_TRUE(command.isReadOnly());
    EXPECT_FALSE(rawRequest({"POST", "/x", {}, "{}"}).isReadOnly());
    for (const int status : {101, 200, 404, 500}) {
        const RawResponse answer = command.read({status, {{"a", "b"}}, "hello world"});
        EXPECT_EQ(answer.status, status);
        EXPECT_EQ(answer.headers, (HttpHeaders{{"a", "b"}}));
        EXPECT_EQ(answer.body, "hello world");
    }
    const auto run = command.newRun();
    EXPECT_TRUE(run->start(now).request.takesAnyStatus);
}

TEST(Command, ARawRequestIsOneRequest) {
    for (const RawRequest& bad :
         {RawRequest{"", "/", {}, ""}, RawRequest{"GET /x", "/", {}, ""},
          RawRequest{"GET", "", {}, ""}, RawRequest{"GET", "x", {}, ""},
          RawRequest{"GET", "/a b", {}, ""}, RawRequest{"GET", "/a\r\nb", {}, ""},
          RawRequest{"GET", "/", {{"a", "b\nc: d"}}, ""},
          RawRequest{"GET", "/", {{"a:b", "c"}}, ""}, RawRequest{"GET", "/", {{"", "c"}}, ""},
          RawRequest{"POST", "/", {{"Content-Length", "9"}}, "b"}})
        EXPECT_EQ(codeOf([&] { rawRequest(bad); }), ErrorCode::InvalidArgument)
            << bad.method << ' ' << bad.path;
}

template <class Make>
void expectNotUtf8(Make make) {
    try {
        make();
        ADD_FAILURE() << "what is not UTF-8 was let pass";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
        EXPECT_NE(std::string(error.what()).find("not UTF-8"), std::string::npos) << error.what();
    }
}

TEST(Command, WhatIsNotUtf8IsRefusedBeforeAnythingIsSent) {
    const std::string sql = "CREATE STREAM S AS SELECT '\xe9' FROM T;";
    expectNotUtf8([&] { statement(sql); });
    expectNotUtf8([&] { statements(sql); });
    expectNotUtf8([&] { script(sql); });
    expectNotUtf8([&] { script("SET 'a' = '\xe9';"); });
    expectNotUtf8([] { commandStatus("stream/\xe9/create"); });
    expectNotUtf8([] { isValidProperty("\xe9"); });
    expectNotUtf8([] { terminateCluster({"topic-\xe9"}); });
    expectNotUtf8([] { rawRequest({"GET", "/\xe9", {}, ""}); });
}

}  // namespace
}  // namespace ksqldb::test
