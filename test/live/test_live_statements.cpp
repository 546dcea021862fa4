// Statements and commands: what there is, what it is, and the life of a query.
#include "live.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ksqldb::live {
namespace {

class LiveStatements : public Live {};

TEST_F(LiveStatements, TheServer) {
    const ServerInfo info = take(client.serverInfo());
    EXPECT_FALSE(info.version.empty());
    std::cout << "server: " << info.version << '\n';
    EXPECT_TRUE(take(client.healthCheck()).isHealthy);
    EXPECT_FALSE(take(client.execute(serverMetadata())).version.empty());
    EXPECT_FALSE(take(client.execute(listProperties())).empty());
    EXPECT_TRUE(hasName(take(client.execute(listFunctions())), "UCASE"));
    EXPECT_EQ(take(client.execute(describeFunction("UCASE"))).name, "UCASE");
    EXPECT_TRUE(take(client.execute(isValidProperty("ksql.streams.auto.offset.reset"))));
    EXPECT_FALSE(take(client.execute(isValidProperty("ksql.service.id"))));
    const RawResponse raw = take(client.execute(rawRequest({"GET", "/info", {}, {}})));
    EXPECT_EQ(raw.status, 200);
    EXPECT_NE(raw.body.find("KsqlServerInfo"), std::string::npos);
    try {
        EXPECT_FALSE(take(client.execute(clusterStatus())).hosts.empty());
    } catch (const Error& error) {
        EXPECT_EQ(error.httpStatus(), 404) << "heartbeats are off: " << error.what();
    }
}

TEST_F(LiveStatements, AStreamFromItsBeginningToItsEnd) {
    const std::string stream = name("S");
    atEnd("DROP STREAM IF EXISTS " + stream + " DELETE TOPIC;");
    const StatementResult made = take(client.execute(
        "CREATE STREAM " + stream + " (ID STRING KEY, `v 1` INTEGER) WITH (KAFKA_TOPIC='" + stream +
        "', VALUE_FORMAT='JSON', PARTITIONS=1);"));
    EXPECT_EQ(made.type, "currentStatus");
    EXPECT_GE(made.sequenceNumber, 0);
    EXPECT_EQ(take(client.execute(waitForCommand(made.commandId, patience))).status, "SUCCESS");
    EXPECT_EQ(take(client.execute(commandStatus(made.commandId))).status, "SUCCESS");

    EXPECT_TRUE(hasName(take(client.execute(listStreams())), stream));
    EXPECT_TRUE(hasName(take(client.execute(listStreamsExtended())), stream));
    EXPECT_TRUE(hasName(take(client.execute(listTopics())), stream));
    EXPECT_TRUE(hasName(take(client.execute(listAllTopics())), stream));
    EXPECT_TRUE(take(client.execute(assertTopic(stream, seconds(30), {{"PARTITIONS", 1}}))).exists);

    const SourceDescription description = take(client.execute(describe(stream)));
    EXPECT_EQ(description.type, "STREAM");
    EXPECT_EQ(description.topic, stream);
    EXPECT_EQ(description.valueFormat, "JSON");
    ASSERT_EQ(description.fields.size(), 2u);
    EXPECT_TRUE(description.fields[0].isKey);
    EXPECT_EQ(description.fields[1].name, "v 1");
    EXPECT_EQ(description.fields[1].type.toString(), "INTEGER");
    const SourceDescription extended = take(client.execute(describeExtended(stream)));
    EXPECT_TRUE(extended.isExtended);
    EXPECT_EQ(extended.partitions, 1);

    const Error again = errorFrom([&] {
        run("CREATE STREAM " + stream + " (ID STRING KEY) WITH (KAFKA_TOPIC='" + stream +
            "', VALUE_FORMAT='JSON');");
    });
    EXPECT_EQ(again.code(), ErrorCode::StatementRejected) << again.what();
    EXPECT_EQ(run("CREATE STREAM IF NOT EXISTS " + stream + " (ID STRING KEY) WITH (KAFKA_TOPIC='" +
                  stream + "', VALUE_FORMAT='JSON');")
                  .type,
              "warning_entity");

    run("DROP STREAM " + stream + " DELETE TOPIC;");
    EXPECT_FALSE(hasName(take(client.execute(listStreams())), stream));
    EXPECT_EQ(errorFrom([&] { take(client.execute(describe(stream))); }).code(),
              ErrorCode::StatementRejected);
    EXPECT_TRUE(
        becomesTrue([&] { return !hasName(take(client.execute(listAllTopics())), stream); }));
}

TEST_F(LiveStatements, AQueryFromItsBeginningToItsEnd) {
    const std::string source = name("SOURCE");
    const std::string copy = name("COPY");
    createStream(source, "ID STRING KEY, V INTEGER");
    const std::string id = createAs("STREAM", copy, "SELECT ID, V * 2 AS W FROM " + source);
    const auto found = [&] {
        const std::vector<QueryInfo> queries = take(client.execute(listQueries()));
        const auto query = std::find_if(queries.begin(), queries.end(),
                                        [&](const QueryInfo& info) { return info.id == id; });
        return query == queries.end() ? QueryInfo() : *query;
    };
    const QueryInfo info = found();
    EXPECT_EQ(info.type, "PERSISTENT");
    EXPECT_EQ(info.sinks, std::vector<std::string>{copy});

    const QueryDescription plan = take(client.execute(explainQuery(id)));
    EXPECT_EQ(plan.id, id);
    EXPECT_EQ(plan.sources, std::vector<std::string>{source});
    EXPECT_FALSE(plan.topology.empty());
    EXPECT_EQ(take(client.execute(describe(copy))).writeQueries.size(), 1u);
    EXPECT_EQ(take(client.execute(describe(source))).readQueries.size(), 1u);

    InsertRow row;
    take(client.insertInto(source, row.set("ID", "a").set("V", 21)));
    const Statement first("SELECT W FROM " + copy + " EMIT CHANGES LIMIT 1;");
    const QueryResult copied = pushFromStart(first);
    ASSERT_EQ(copied.size(), 1u);
    EXPECT_EQ(copied[0].get<int>("W"), 42);

    take(client.execute(pauseQuery(id)));
    EXPECT_TRUE(becomesTrue([&] { return found().statusCount.count("PAUSED") == 1; }));
    take(client.execute(resumeQuery(id)));
    take(client.execute(waitUntilRunning(id, patience)));
    const Error cannot = errorFrom([&] { run("DROP STREAM " + source + ";"); });
    EXPECT_EQ(cannot.code(), ErrorCode::StatementRejected) << cannot.what();
    take(client.execute(terminateQuery(id)));
    EXPECT_TRUE(becomesTrue([&] { return found().id.empty(); }));
}

TEST_F(LiveStatements, ATable) {
    const std::string source = name("SOURCE");
    const std::string table = name("T");
    createStream(source, "ID STRING KEY, V INTEGER");
    createAs(
        "TABLE", table,
        "SELECT ID, COUNT(*) AS N FROM " + source + " WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY ID");
    const std::vector<TableInfo> tables = take(client.execute(listTables()));
    const auto info = std::find_if(tables.begin(), tables.end(),
                                   [&](const TableInfo& each) { return each.name == table; });
    ASSERT_NE(info, tables.end());
    EXPECT_TRUE(info->isWindowed);
    EXPECT_EQ(take(client.execute(describe(table))).windowType, "TUMBLING");
    EXPECT_TRUE(hasName(take(client.execute(listTablesExtended())), table));
}

TEST_F(LiveStatements, Types) {
    const std::string type = name("ADDRESS");
    atEnd("DROP TYPE IF EXISTS " + type + ";");
    take(client.execute(createType(type, "STRUCT<STREET STRING, ZIP DECIMAL(5, 0)>")));
    EXPECT_TRUE(hasName(take(client.execute(listTypes())), type));
    take(client.execute(dropType(type)));
    EXPECT_FALSE(hasName(take(client.execute(listTypes())), type));
}

TEST_F(LiveStatements, AScriptWithVariables) {
    const std::string stream = name("S");
    atEnd("DROP STREAM IF EXISTS " + stream + " DELETE TOPIC;");
    const ScriptResult result = take(client.execute(
        script("-- a script\nDEFINE s = '" + stream +
               "';\nSET 'auto.offset.reset' = 'earliest';\n"
               "CREATE STREAM ${s} (ID STRING KEY, V INTEGER) WITH (KAFKA_TOPIC='${s}', "
               "VALUE_FORMAT='JSON', PARTITIONS=1);\n"
               "INSERT INTO ${s} (ID, V) VALUES ('a', 1);\nSHOW VARIABLES;\n")));
    for (const ScriptResult::Step& step : result.steps)
        if (step.error) ADD_FAILURE() << step.sql << '\n' << step.error->what();
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result.steps.size(), 5u);
    EXPECT_EQ(pushFromStart("SELECT V FROM " + stream + " EMIT CHANGES LIMIT 1;").size(), 1u);
}

TEST_F(LiveStatements, StatementsThatTheServerRefuses) {
    const auto refused = [&](const std::string& sql) { return errorFrom([&] { run(sql); }); };
    EXPECT_EQ(refused("CREATE STREAM " + name("S") + " (A NOTYPE) WITH (KAFKA_TOPIC='x');").code(),
              ErrorCode::StatementRejected);
    EXPECT_EQ(refused("DROP STREAM " + name("NOPE") + ";").code(), ErrorCode::StatementRejected);
    EXPECT_EQ(errorFrom([&] {
                  take(client.execute(assertTopic(name("NOPE"), seconds(1))));
              }).serverCode(),
              41700);
}

/// Most servers have no Connect behind them; then this is the server's error, and not ours.
TEST_F(LiveStatements, Connectors) {
    try {
        take(client.execute(listConnectors()));
        EXPECT_FALSE(take(client.execute(listConnectorPlugins())).empty());
        const Error unknown =
            errorFrom([&] { take(client.execute(describeConnector(name("NOPE")))); });
        EXPECT_EQ(unknown.httpStatus(), 404) << unknown.what();
    } catch (const Error& error) {
        EXPECT_NE(error.httpStatus(), 0) << error.what();
        std::cout << "no Connect: " << error.what() << '\n';
    }
}

}  // namespace
}  // namespace ksqldb::live
