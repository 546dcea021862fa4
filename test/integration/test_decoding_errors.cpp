// A row that cannot be decoded: exactly the rows before it, then the Error, whoever decodes. Few
// bytes at once are decoded by the event loop, many by the consumer.
#include "support.h"

namespace ksqldb::test {
namespace {

constexpr const char* statement = "SELECT N FROM S EMIT CHANGES;";

struct Shape {
    const char* name;
    int rows;       // before the wrong one
    int rowsAfter;  // they must not appear
    bool atOnce;    // in one write: a large batch; else row by row: small ones
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class DecodingError : public testing::TestWithParam<Shape> {
protected:
    DecodingError() {
        server.on("/query-stream", "", [shape = GetParam()](Exchange& exchange) {
            Answer answer(exchange);
            std::string pending;
            const auto send = [&](const std::string& line) {
                if (shape.atOnce)
                    pending += line;
                else
                    exchange.chunk(line);
            };
            exchange.head(200);
            send(answer.headerLine("transient_1"));
            for (int i = 0; i < shape.rows; ++i)
                send(answer.rowLine("[" + std::to_string(i) + "]"));
            send(answer.rowLine(R"([nonsense])"));
            for (int i = 0; i < shape.rowsAfter; ++i) send(answer.rowLine("[-1]"));
            send(answer.tokenLine("after"));  // of which nobody is to hear either
            if (!pending.empty()) exchange.chunk(pending);
            exchange.stall();  // the client does not wait for the end
        });
    }

    void expectError(const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::MalformedResponse);
        EXPECT_EQ(error.httpStatus(), 200);
        EXPECT_EQ(error.statement(), statement);
        const std::string number = "row " + std::to_string(GetParam().rows + 1) + " of the answer";
        EXPECT_NE(std::string(error.what()).find(number), std::string::npos) << error.what();
    }

    LocalServer server;
    Client client{clientOptions(server)};
};

TEST_P(DecodingError, EndsAPolledStreamAfterTheRowsBefore) {
    ResultStream query = client.streamQuery(statement);
    std::vector<std::int64_t> rows;
    expectError(errorFrom([&] {
        for (const RowView row : query) rows.push_back(row[0].asBigint());
    }));
    EXPECT_EQ(rows, firstNumbers(GetParam().rows));
    RowView row;
    EXPECT_EQ(query.next(row, patience), Next::End);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_P(DecodingError, EndsCallbacksAfterTheRowsBefore) {
    Recorder recorder;
    Subscription query = client.streamQuery(statement, recorder.callbacks());
    ASSERT_TRUE(query.waitFor(patience));
    expectError(recorder.error());
    EXPECT_EQ(recorder.numbers(), firstNumbers(GetParam().rows));
    EXPECT_EQ(recorder.events().size(), static_cast<std::size_t>(GetParam().rows) + 2);
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

TEST_P(DecodingError, EndsBatchesAfterTheRowsBefore) {
    std::vector<std::int64_t> rows;
    std::optional<Error> error;
    StreamCallbacks callbacks;
    callbacks.onRows = [&](StreamControl&, const RowBatch& batch) {
        for (const RowView row : batch) rows.push_back(row[0].asBigint());
    };
    callbacks.onEnd = [&](const Ending& ending) {
        if (ending.error()) error = *ending.error();
    };
    Subscription query = client.streamQuery(statement, std::move(callbacks));
    ASSERT_TRUE(query.waitFor(patience));
    ASSERT_TRUE(error);
    expectError(*error);
    EXPECT_EQ(rows, firstNumbers(GetParam().rows));
}

TEST_P(DecodingError, FailsExecuteQuery) {
    expectError(errorFrom(client.executeQuery(statement)));
    EXPECT_TRUE(server.waitForOpenConnections(0, patience));
}

INSTANTIATE_TEST_SUITE_P(Shapes, DecodingError,
                         testing::Values(Shape{"FirstRow", 0, 3, false},
                                         Shape{"SmallBatch", 5, 3, true},
                                         Shape{"SmallBatches", 20, 20, false},
                                         Shape{"LargeBatch", 2000, 2000, true},
                                         Shape{"LargeBatchFirstRow", 0, 4000, true},
                                         Shape{"LargeBatchLastRow", 4000, 0, true}),
                         [](const auto& shape) { return std::string(shape.param.name); });

}  // namespace
}  // namespace ksqldb::test
