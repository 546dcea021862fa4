// What the official Java client asserts in its own tests about statements, lists, descriptions,
// connectors, session variables, raw requests and assertions, for this client. The ids stand in
// test/README.md.
#include "support.h"

namespace ksqldb::test {
namespace {

class PeerCommands : public testing::TestWithParam<Wire> {
protected:
    /// Answers every statement with these elements.
    void answer(std::string elements, int status = 200) {
        server.on("/ksql", "", [elements = std::move(elements), status](Exchange& exchange) {
            exchange.respond(status, elements);
        });
    }
    server::Request lastRequest() const { return server.requests().back(); }

    LocalServer server{serverOptions(GetParam())};
    Client client{clientOptions(server, GetParam())};
};

INSTANTIATE_TEST_SUITE_P(Wires, PeerCommands, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(PeerCommands, AStatementGivesItsQueryIdOrNone) {  // ES-01, ES-02, ES-04, ES-23
    answer(
        R"([{"@type":"currentStatus","commandStatus":{"status":"SUCCESS","queryId":"CSAS_0"}}])");
    EXPECT_EQ(
        take(client.execute("CSAS;", CommandOptions().property("auto.offset.reset", "earliest")))
            .queryId,
        "CSAS_0");
    EXPECT_EQ(lastRequest().sql(), "CSAS;");
    EXPECT_EQ(lastRequest().property("auto.offset.reset"), "\"earliest\"");
    answer(R"([{"@type":"currentStatus","commandStatus":{"status":"SUCCESS"}}])");
    EXPECT_EQ(take(client.execute("CSAS;")).queryId, "");
    answer(
        R"([{"@type":"warning_entity","message":"Cannot add stream foo: A stream with the same name already exists."}])");
    const StatementResult warned = take(client.execute("CSAS;"));
    EXPECT_EQ(warned.queryId, "");
    EXPECT_NE(warned.message.find("already exists"), std::string::npos);
}

TEST_P(PeerCommands, AStatementIsSentUnchangedAndAlone) {  // ES-05, ES-06, ES-07
    answer("[]");
    const std::string sql = "CREATE STREAM FOO AS CONCAT(A, `wow;`) FROM `BAR`;  ";
    take(client.execute(sql));
    EXPECT_EQ(lastRequest().sql(), sql);
    const std::size_t sent = server.requests().size();
    for (const char* const bad : {"CSAS; CTAS;", "missing semicolon"})
        EXPECT_EQ(errorFrom([&] { take(client.execute(bad)); }).code(), ErrorCode::InvalidArgument)
            << bad;
    EXPECT_EQ(server.requests().size(), sent);
}

TEST_P(PeerCommands, ARefusalIsTheCallsError) {  // ES-03, LD-06
    answer(R"({"@type":"generic_error","error_code":50000,"message":"something bad"})", 500);
    const Error error = errorFrom([&] { take(client.execute("CSAS;")); });
    EXPECT_EQ(error.httpStatus(), 500);
    EXPECT_EQ(error.serverMessage(), "something bad");
    EXPECT_EQ(errorFrom([&] { take(client.execute(listTopics())); }).serverMessage(),
              "something bad");
}

TEST_P(PeerCommands, OtherAnswersOfAStatementAreAtHand) {  // ES-08 to ES-22, ES-24
    answer("[]");
    EXPECT_EQ(take(client.execute("SET 'a'='b';")).type, "");
    for (const char* const type :
         {"streams", "tables", "kafka_topics", "queries", "sourceDescription", "function_names",
          "describe_function", "queryDescription", "properties", "type_list", "connector_list",
          "connector_description", "connector_info", "drop_connector", "warning_entity"}) {
        answer(std::string(R"([{"@type":")") + type + "\"}]");
        const StatementResult result = take(client.execute("LIST ANYTHING;"));
        EXPECT_EQ(result.type, type);
        EXPECT_EQ(result.json, std::string(R"({"@type":")") + type + "\"}");
    }
}

TEST_P(PeerCommands, ListsKeepTheirOrderAndFields) {  // LD-01, LD-02, LD-05, LD-07
    answer(
        R"([{"@type":"streams","streams":[{"name":"stream1","topic":"topic1","keyFormat":"KAFKA","valueFormat":"JSON","isWindowed":true},{"name":"stream2","topic":"topic2","keyFormat":"JSON","valueFormat":"AVRO","isWindowed":false}]}])");
    const auto streams = take(client.execute(listStreams()));
    ASSERT_EQ(streams.size(), 2u);
    EXPECT_EQ(streams[0].name, "stream1");
    EXPECT_EQ(streams[0].keyFormat, "KAFKA");
    EXPECT_TRUE(streams[0].isWindowed);
    EXPECT_EQ(streams[1].topic, "topic2");
    EXPECT_EQ(streams[1].valueFormat, "AVRO");
    answer(
        R"([{"@type":"kafka_topics","topics":[{"name":"t1","replicaInfo":[2,2,2]},{"name":"t2","replicaInfo":[1,1]}]}])");
    const auto topics = take(client.execute(listTopics()));
    ASSERT_EQ(topics.size(), 2u);
    EXPECT_EQ(topics[0].replicas, (std::vector<int>{2, 2, 2}));
    EXPECT_EQ(topics[1].replicas, (std::vector<int>{1, 1}));
    // The Java client fails for a persistent query without a sink (its issue 10105, W16).
    answer(
        R"([{"@type":"queries","queries":[{"id":"a","queryString":"sql1","queryType":"PERSISTENT","sinks":["s"],"sinkKafkaTopics":["t"]},{"id":"b","queryString":"sql2","queryType":"PUSH","sinks":[]},{"id":"c","queryString":"sql3","queryType":"PERSISTENT","sinks":[]}]}])");
    const auto queries = take(client.execute(listQueries()));
    ASSERT_EQ(queries.size(), 3u);
    EXPECT_EQ(queries[0].sinks, std::vector<std::string>{"s"});
    EXPECT_EQ(queries[1].type, "PUSH");
    EXPECT_TRUE(queries[2].sinks.empty());
}

TEST_P(PeerCommands, SessionVariablesGoWithEveryCommand) {  // VA-02, VA-05 to VA-08; W41
    answer(R"({"@type":"generic_error","error_code":50000,"message":"enough"})", 500);
    Client other(clientOptions(server, GetParam()).sessionVariable("a", "a"));
    const auto expectVariables = [&](const auto& command) {
        errorFrom([&] { take(other.execute(command)); });
        EXPECT_EQ(lastRequest().bodyMember("sessionVariables"), R"({"a":"a"})")
            << lastRequest().sql();
    };
    expectVariables(statement("CSAS;"));
    expectVariables(listStreams());
    expectVariables(listQueries());
    expectVariables(describeConnector("c"));
    expectVariables(dropConnector("c"));
}

TEST_P(PeerCommands, AnUnknownPathIsAnAnswer) {  // HR-02, HR-04
    server.on("/abc", "", [](Exchange& exchange) { exchange.respond(404, "Not Found"); });
    const RawResponse answer =
        take(client.execute(rawRequest({"GET", "/abc", {{"h1", "v1"}, {"h2", "v2"}}, ""})));
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, "Not Found");
    EXPECT_EQ(lastRequest().header("h1"), "v1");
    EXPECT_EQ(lastRequest().header("h2"), "v2");
}

}  // namespace
}  // namespace ksqldb::test
