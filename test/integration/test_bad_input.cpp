// Whatever a server or the network does wrong: every query ends with exactly one Error that says
// what it was, after exactly the rows that were there.
#include "bad_input_faults.h"

#include <algorithm>
#include <atomic>
#include <iterator>

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT * FROM SECRET_TABLE EMIT CHANGES;";
constexpr const char* secret = "pssst-hunter2";

enum class Mode { Execute, ExecuteWithCallback, Callbacks, Polled };

void PrintTo(Mode mode, std::ostream* out) {
    static constexpr const char* names[] = {"Execute", "ExecuteWithCallback", "Callbacks",
                                            "Polled"};
    *out << names[static_cast<int>(mode)];
}

bool isStream(Mode mode) { return mode == Mode::Callbacks || mode == Mode::Polled; }

/// What a call came to.
struct Result {
    std::vector<std::int64_t> rows;
    std::optional<Error> error;
    int ends = 0;
};

using Param = std::tuple<Fault, Mode>;

constexpr const char* ofHttp11[] = {"BadChunkSize", "Body500CutShort", "Fin",
                                    "Garbage",      "Reset",           "StallsInTheHead"};

class BadInput : public testing::TestWithParam<Param> {
protected:
    const Fault& fault() const { return std::get<0>(GetParam()); }
    /// Bytes that only HTTP/1.1 has, or a connection's end, before which libcurl 7.88 forgets what
    /// came over HTTP/2.
    bool isOfHttp11() const {
        const std::string& name = fault().name;
        return std::any_of(std::begin(ofHttp11), std::end(ofHttp11),
                           [&](const char* begin) { return name.rfind(begin, 0) == 0; });
    }
    Mode mode() const { return std::get<1>(GetParam()); }

    ClientOptions options(ClientOptions options) const {
        if (transport() != Transport::Basic && transport() != Transport::Bearer)
            options.apiKey("key", secret).allowCredentialsOverPlainHttp();
        return options.requestHeader("X-Tenant", secret)
            .connectTimeout(fault().expected.code == ErrorCode::ConnectTimeout ? 1000ms : 20s)
            .headerTimeout(fault().expected.code == ErrorCode::HeaderTimeout ? 1000ms : 20s)
            .maxLineBytes(fault().maxLineBytes);
    }

    Result run(Client& client) {
        switch (mode()) {
            case Mode::Execute:
                return execute(client);
            case Mode::ExecuteWithCallback:
                return executeWithCallback(client);
            case Mode::Callbacks:
                return callBack(client);
            default:
                return poll(client);
        }
    }

    std::shared_ptr<Event> rowsSeen_ = std::make_shared<Event>();

private:
    /// The faults that wait for the rows to be seen wait for nobody here.
    QueryOptions queryOptions() {
        rowsSeen_->set();
        return QueryOptions().timeout(fault().expected.code == ErrorCode::IdleTimeout ? 1000ms
                                                                                      : 0ms);
    }
    StreamOptions streamOptions() {
        if (fault().rows == 0) rowsSeen_->set();
        return StreamOptions().idleTimeout(fault().expected.code == ErrorCode::IdleTimeout ? 1000ms
                                                                                           : 0ms);
    }
    void noteRow(Result& result, const RowView& row) {
        result.rows.push_back(row[0].asBigint());
        if (result.rows.size() == static_cast<std::size_t>(fault().rows)) rowsSeen_->set();
    }

    Result execute(Client& client) {
        Result result;
        result.error = errorFrom(client.executeQuery(statement, queryOptions()));
        result.ends = 1;
        return result;
    }

    Result executeWithCallback(Client& client) {
        Result result;
        Event ended;
        client.executeQuery(statement, queryOptions(), [&](Outcome<QueryResult> outcome) {
            ++result.ends;
            if (!outcome.ok()) result.error = outcome.error();
            ended.set();
        });
        EXPECT_TRUE(ended.wait(patience));
        client.close();
        return result;
    }

    Result callBack(Client& client) {
        Result result;
        StreamCallbacks callbacks;
        callbacks.onRow = [&](StreamControl&, RowView row) { noteRow(result, row); };
        callbacks.onEnd = [&](const Ending& ending) {
            ++result.ends;
            if (ending.error()) result.error = *ending.error();
        };
        Subscription query = client.streamQuery(statement, std::move(callbacks), streamOptions());
        EXPECT_TRUE(query.waitFor(patience));
        client.close();
        return result;
    }

    Result poll(Client& client) {
        Result result;
        ResultStream query = client.streamQuery(statement, streamOptions());
        RowView row;
        while (!query.isComplete()) {
            try {
                const Next next = query.next(row, patience);
                if (next == Next::Row) noteRow(result, row);
                if (next == Next::Timeout) {
                    ADD_FAILURE() << "the stream hangs";
                    break;
                }
                if (next == Next::End) break;
            } catch (const Error& error) {
                ++result.ends;
                result.error = error;
            }
        }
        EXPECT_EQ(query.next(row, patience), Next::End);
        return result;
    }
};

std::string paramName(const testing::TestParamInfo<Param>& info) {
    return std::get<0>(info.param).name + "_" + testing::PrintToString(std::get<1>(info.param));
}

/// What the modes do not share.
Expected expectedIn(Mode mode, int rows, Expected expected) {
    // A stream's rows would come again.
    if (isStream(mode) && rows > 0) expected.retryable = false;
    // executeQuery has one limit for all, instead of that between rows.
    if (!isStream(mode) && expected.code == ErrorCode::IdleTimeout) {
        expected.code = ErrorCode::TotalTimeout;
        expected.limitName = "timeout";
    }
    return expected;
}

TEST_P(BadInput, EndsWithOneErrorThatSaysWhatItWas) {
    if (isOfHttp11()) SKIP_OVER("it is about the bytes of HTTP/1.1", Transport::H2c);
    // The place where connecting goes wrong, or a server that does.
    std::optional<LocalServer> server;
    std::string url = fault().url ? fault().url() : std::string();
    if (url.empty()) {
        server.emplace();
        server->on("/query-stream", "",
                   [script = fault().script, seen = rowsSeen_](Exchange& e) { script(e, *seen); });
        url = server->url();
    }
    Client client(options(server ? clientOptions(*server) : ClientOptions(url)));
    const Result result = run(client);

    ASSERT_TRUE(result.error);
    const Error& error = *result.error;
    const Expected expected = expectedIn(mode(), fault().rows, fault().expected);
    const std::string what = error.what();
    EXPECT_EQ(result.ends, 1);
    EXPECT_EQ(error.code(), expected.code) << what;
    EXPECT_EQ(error.httpStatus(), expected.httpStatus) << what;
    EXPECT_EQ(error.serverCode(), expected.serverCode) << what;
    EXPECT_EQ(error.isRetryable(), expected.retryable) << what;
    EXPECT_EQ(error.limitName(), expected.limitName) << what;
    EXPECT_EQ(static_cast<int>(error.category()), expected.category()) << what;
    EXPECT_NE(what.find(expected.what), std::string::npos) << what;
    EXPECT_LT(what.size(), 700u);
    EXPECT_EQ(error.statement(), statement);
    EXPECT_EQ(error.endpoint(), "POST " + url + "/query-stream");
    for (const std::string& text : {what, error.endpoint()})
        EXPECT_EQ(text.find(secret), std::string::npos) << text;
    EXPECT_EQ(what.find("SECRET_TABLE"), std::string::npos) << what;
    if (isStream(mode())) {
        EXPECT_EQ(result.rows, firstNumbers(fault().rows));
    }
}

INSTANTIATE_TEST_SUITE_P(Refusals, BadInput,
                         testing::Combine(testing::ValuesIn(refusals()),
                                          testing::Values(Mode::Execute, Mode::ExecuteWithCallback,
                                                          Mode::Callbacks, Mode::Polled)),
                         paramName);
INSTANTIATE_TEST_SUITE_P(Contents, BadInput,
                         testing::Combine(testing::ValuesIn(wrongContents()),
                                          testing::Values(Mode::Execute, Mode::Callbacks,
                                                          Mode::Polled)),
                         paramName);
INSTANTIATE_TEST_SUITE_P(Connections, BadInput,
                         testing::Combine(testing::ValuesIn(brokenConnections()),
                                          testing::Values(Mode::Execute, Mode::Callbacks,
                                                          Mode::Polled)),
                         paramName);
INSTANTIATE_TEST_SUITE_P(Silences, BadInput,
                         testing::Combine(testing::ValuesIn(silences()),
                                          testing::Values(Mode::Execute, Mode::Callbacks,
                                                          Mode::Polled)),
                         paramName);

TEST(BadInputTable, NamesAreUnique) {
    std::vector<std::string> names;
    for (const auto& faults : {refusals(), wrongContents(), brokenConnections(), silences()})
        for (const Fault& fault : faults) names.push_back(fault.name);
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(CutAnswer, IsNoResultWhereOnlyTheConnectionEndedIt) {
    SKIP_OVER("it is about the bytes of HTTP/1.1", Transport::H2c);
    // As an intermediary that speaks HTTP/1.0 passes an answer on: it has neither a length nor a
    // last chunk. Two of four rows come, then the connection ends in an orderly way.
    LocalServer server;
    std::atomic<bool> isWhole{false};
    server.on("/query-stream", "", [&](Exchange& exchange) {
        const Answer answer(exchange);
        exchange.send("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" +
                      answer.headerLine("query_1") + answer.rowLine("[0]") + answer.rowLine("[1]"));
        if (isWhole && !answer.isDelimited())
            exchange.send("{\"finalMessage\":\"Query Completed\"}]");
        exchange.close();
    });
    Client client(clientOptions(server));
    const Error cut = errorFrom(client.executeQuery(statement));
    EXPECT_EQ(cut.code(), ErrorCode::TruncatedResponse) << cut.what();
    EXPECT_TRUE(cut.isRetryable());
    RowView row;
    ResultStream query = client.streamQuery(statement);
    EXPECT_EQ(query.next(row, patience), Next::Row);
    EXPECT_EQ(query.next(row, patience), Next::Row);
    EXPECT_EQ(errorFrom([&] { (void)query.next(row, patience); }).code(),
              ErrorCode::TruncatedResponse);
    // The other form says itself that it is whole.
    isWhole = true;
    ResultStream whole = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(whole), firstNumbers(2));
}

TEST(NoBadInput, TheContentTypeDoesNotMatter) {
    for (const std::string type : {"text/html", "application/json", ""}) {
        LocalServer server;
        server.on("/query-stream", "", [&](Exchange& exchange) {
            Answer answer(exchange);
            server::Headers headers;
            if (!type.empty()) headers.emplace_back("content-type", type);
            exchange.head(200, headers);
            exchange.chunk(answer.headerLine("query_1"));
            answer.numbers(0, 3);
            answer.end();
        });
        Client client(clientOptions(server));
        EXPECT_EQ(numbersOf(take(client.executeQuery(statement))), firstNumbers(3)) << type;
        ResultStream query = client.streamQuery(statement);
        EXPECT_EQ(numbersOf(query), firstNumbers(3)) << type;
    }
}

TEST(NoBadInput, BlankLinesAndUnknownLinesAreSkipped) {
    LocalServer server;
    server.on("/query-stream", "", [&](Exchange& exchange) {
        Answer answer(exchange);
        const std::string unknown =
            answer.isDelimited() ? R"({"consistencyToken":"x"})" : R"({"newThing":{"a":1}},)";
        answer.header("query_1");
        answer.row("[0]");
        exchange.chunk("\n\r\n  \n" + unknown + "\n");
        answer.row("[1]");
        answer.end();
    });
    Client client(clientOptions(server));
    EXPECT_EQ(numbersOf(take(client.executeQuery(statement))), firstNumbers(2));
    ResultStream query = client.streamQuery(statement);
    EXPECT_EQ(numbersOf(query), firstNumbers(2));
}

}  // namespace
}  // namespace ksqldb::test
