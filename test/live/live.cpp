#include "live.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

namespace ksqldb::live {

namespace {

/// One run's part of all names.
const std::string& runsOwnPart() {
    static const std::string part = [] {
        std::random_device random;
        char text[17];
        std::snprintf(text, sizeof text, "%08X%08X", static_cast<unsigned>(random()),
                      static_cast<unsigned>(random()));
        return std::string(text);
    }();
    return part;
}

const char* variable(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

}  // namespace

ClientOptions serverOptions() {
    const std::string url = variable("KSQLDB_URL");
    ClientOptions options(url);
    // Connect is asked on the way of some, and is slow where it is not there.
    options.readOwnWrites().requestTimeout(seconds(60));
    const char* const key = variable("KSQLDB_API_KEY");
    const char* const secret = variable("KSQLDB_API_SECRET");
    if (key != nullptr) options.apiKey(key, secret != nullptr ? secret : "");
    if (url.rfind("http://", 0) == 0) options.allowCredentialsOverPlainHttp();
    return options;
}

std::string Live::name(std::string_view what) const {
    static int counter = 0;
    return "KSQLDB_CPP_TEST_" + runsOwnPart() + '_' + std::to_string(++counter) + '_' +
           std::string(what);
}

StatementResult Live::run(const Statement& statement, CommandOptions options) {
    StatementResult result = take(client.execute(statement, std::move(options)));
    if (result.type != "currentStatus" || result.status == "SUCCESS") return result;
    return take(client.execute(waitForCommand(result.commandId, patience)));
}

void Live::drop(const char* kind, const std::string& name) {
    atEnd(std::string("DROP ") + kind + " IF EXISTS " + name + " DELETE TOPIC;");
}

void Live::createStream(const std::string& name, const std::string& columns) {
    drop("STREAM", name);
    run("CREATE STREAM " + name + " (" + columns + ") WITH (KAFKA_TOPIC='" + name +
        "', VALUE_FORMAT='JSON', PARTITIONS=1);");
}

std::string Live::createAs(const std::string& kind, const std::string& name,
                           const std::string& select) {
    drop(kind.c_str(), name);
    const StatementResult made =
        run("CREATE " + kind + ' ' + name + " AS " + select + " EMIT CHANGES;",
            CommandOptions().property("auto.offset.reset", "earliest"));
    EXPECT_FALSE(made.queryId.empty()) << made.json;
    take(client.execute(waitUntilRunning(made.queryId, patience)));
    return made.queryId;
}

void Live::TearDown() {
    // One a request, and what was derived first: several at once make the server wait for itself.
    for (; !atEnd_.empty(); atEnd_.pop_back()) {
        try {
            run(atEnd_.back());
        } catch (const std::exception& error) {
            ADD_FAILURE() << "left behind: " << atEnd_.back() << '\n' << error.what();
        }
    }
}

QueryResult Live::pullUntil(const Statement& query,
                            const std::function<bool(const QueryResult&)>& isWanted) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (true) {
        const bool isLast = std::chrono::steady_clock::now() >= end;
        try {
            QueryResult result = take(client.executeQuery(query));
            if (isLast || isWanted(result)) return result;
        } catch (const Error& error) {
            if (isLast || error.category() != ErrorCategory::Server) throw;
        }
        std::this_thread::sleep_for(milliseconds(300));
    }
}

QueryResult Live::pushFromStart(const Statement& query) {
    return take(client.executeQuery(
        query, QueryOptions().offsetReset(OffsetReset::Earliest).timeout(patience - seconds(5))));
}

bool becomesTrue(const std::function<bool()>& isSo) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!isSo()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(milliseconds(300));
    }
    return true;
}

}  // namespace ksqldb::live

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (ksqldb::live::variable("KSQLDB_URL") == nullptr) {
        std::cout << "SKIPPED: KSQLDB_URL is not set\n";
        return 77;
    }
    return RUN_ALL_TESTS();
}
