// Insert streams that do not end well: what became of each row is told, and nobody hangs.
#include "insert_server.h"

#include <thread>

namespace ksqldb::test {
namespace {

using Ranges = std::vector<SequenceRange>;

class InsertFailures : public Inserts {
protected:
    /// Inserts until the stream has ended; the Error that it ended with.
    Error errorOf(InsertStream& out) {
        return errorFrom([&] {
            while (true) out.insert(numbered(1));
        });
    }
};
INSTANTIATE_TEST_SUITE_P(Wires, InsertFailures, testing::Values(Wire::Plain, Wire::Tls), wireName);

TEST_P(InsertFailures, ATargetThatIsRefused) {
    server.on("/inserts-stream", "", [](Exchange& exchange) {
        EXPECT_EQ(exchange.readLine(), R"({"target":"no_such"})");
        exchange.respond(
            400,
            R"({"@type":"generic_error","error_code":40001,"message":"Cannot insert values into an unknown stream/table: `NO_SUCH`"})");
    });
    InsertStream out = client.insertStream("no_such");
    const Error error = errorOf(out);
    EXPECT_EQ(error.code(), ErrorCode::StatementRejected);
    EXPECT_EQ(error.httpStatus(), 400);
    EXPECT_EQ(error.serverCode(), 40001);
    EXPECT_NE(error.endpoint().find("/inserts-stream"), std::string::npos);
    const InsertReport report = out.close(patience);
    EXPECT_EQ(report.error->serverCode(), 40001);
    EXPECT_FALSE(report.ok());
    EXPECT_TRUE(report.unknown.empty()) << "rows wait until the target is accepted";
    EXPECT_EQ(sizeOf(report.notSent), report.inserted);
}

TEST_P(InsertFailures, ARowThatIsRefusedInTheMiddle) {
    serve([](InsertRequest& request, Exchange&) {
        request.accept();
        request.readRows(8);
        for (const std::uint64_t sequence : {0U, 1U, 3U}) request.acknowledge(sequence);
        request.refuse(5, 40000, "Key field must be specified: K");
    });
    InsertStream out = client.insertStream("S");
    for (int i = 0; i < 8; ++i) out.insert(numbered(i));
    EXPECT_EQ(errorFrom([&] { out.flush(); }).serverCode(), 40000);
    const InsertReport report = out.close(patience);
    EXPECT_EQ(report.acknowledged, 3u);
    ASSERT_TRUE(report.refused);
    EXPECT_EQ(report.refused->sequence, 5u);
    EXPECT_EQ(report.refused->error.serverMessage(), "Key field must be specified: K");
    EXPECT_EQ(report.unknown, (Ranges{{2, 2}, {4, 4}, {6, 7}}));
    EXPECT_TRUE(report.notSent.empty());
    EXPECT_EQ(report.fate(3), RowFate::Acknowledged);
    EXPECT_EQ(report.fate(4), RowFate::Unknown);
    EXPECT_EQ(report.fate(5), RowFate::Refused);
    EXPECT_EQ(report.fate(7), RowFate::Unknown);
    EXPECT_EQ(errorFrom([&] { out.insert(row); }).serverCode(), 40000);
    expectSum(report);
}

/// libcurl 7.88 does not notice it while the request is open; then the limit does.
TEST_P(InsertFailures, AServerThatEndsEarly) {
    for (const char* const last : {"", "{\"seq\":1"}) {  // of 1, or of more digits
        serve([last](InsertRequest& request, Exchange& exchange) {
            request.accept();
            request.readRows(4);
            request.acknowledge(0);
            exchange.chunk(last);
            exchange.lastChunk();
        });
        InsertStream out =
            client.insertStream("S", InsertStreamOptions().acknowledgementTimeout(1s));
        for (int i = 0; i < 4; ++i) out.insert(numbered(i));
        const Error error = errorFrom([&] { out.flush(); });
        EXPECT_TRUE(error.code() == ErrorCode::TruncatedResponse ||
                    error.code() == ErrorCode::IdleTimeout)
            << error.what();
        const InsertReport report = out.close(patience);
        EXPECT_EQ(report.acknowledged, 1u);
        EXPECT_EQ(report.unknown, (Ranges{{1, 3}}));
        expectSum(report);
    }
}

/// All is stored, whether the end of the answer is noticed or not.
TEST_P(InsertFailures, AServerThatEndsOnceAllIsAcknowledged) {
    serve([](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(2);
        request.acknowledge(0);
        request.acknowledge(1);
        exchange.lastChunk();
    });
    InsertStream out = client.insertStream("S");
    out.insert(numbered(0));
    out.insert(numbered(1));
    out.flush();
    const InsertReport report = out.close(patience);
    EXPECT_EQ(report.acknowledged, 2u);
    expectSum(report);
}

TEST_P(InsertFailures, AResetInTheMiddle) {
    for (const bool wholeConnection : {false, true}) {
        serve([wholeConnection](InsertRequest& request, Exchange& exchange) {
            request.accept();
            request.readRows(4);
            request.acknowledge(0);
            request.acknowledge(2);
            exchange.pause(1ms);
            if (wholeConnection)
                exchange.resetConnection();
            else
                exchange.reset();
        });
        InsertStream out = client.insertStream("S");
        for (int i = 0; i < 4; ++i) out.insert(numbered(i));
        const Error error = errorFrom([&] { out.flush(); });
        EXPECT_EQ(error.code(), ErrorCode::ConnectionLost) << error.what();
        const InsertReport report = out.close(patience);
        EXPECT_LE(report.acknowledged, 2u);
        EXPECT_TRUE(report.notSent.empty());
        expectSum(report);
    }
}

TEST_P(InsertFailures, AnAnswerThatIsNone) {
    const auto malformed = [this](const std::string& line) {
        serve([line](InsertRequest& request, Exchange& exchange) {
            request.accept();
            request.readRows(3);
            request.acknowledge(1);
            exchange.chunk(line);
            exchange.stall();
        });
        InsertStream out = client.insertStream("S");
        for (int i = 0; i < 3; ++i) out.insert(numbered(i));
        const Error error = errorFrom([&] { out.flush(); });
        const InsertReport report = out.close(patience);
        EXPECT_EQ(report.acknowledged, 1u);
        EXPECT_EQ(report.unknown, (Ranges{{0, 0}, {2, 2}})) << line;
        expectSum(report);
        return error.code();
    };
    EXPECT_EQ(malformed("{\"seq\":1,\"status\":\"ok\"}\n"), ErrorCode::MalformedResponse)
        << "twice";
    EXPECT_EQ(malformed("{\"seq\":3,\"status\":\"ok\"}\n"), ErrorCode::MalformedResponse)
        << "never sent";
    EXPECT_EQ(malformed("<html>\n"), ErrorCode::MalformedResponse);
    EXPECT_EQ(malformed(R"({"@type":"generic_error","error_code":50000,"message":"no"})"
                        "\n"),
              ErrorCode::ServerError);
}

/// close() returns in time, and the server sees a reset, not the end of a request that is whole.
TEST_P(InsertFailures, AServerThatNeverAcknowledges) {
    serve([this](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(3);
        reached.set();
        while (request.row()) {
        }
        exchange.waitForClientClose();
    });
    InsertStream out = client.insertStream("S");
    for (int i = 0; i < 3; ++i) out.insert(numbered(i));
    EXPECT_TRUE(reached.wait(patience));
    const InsertReport report = out.close(20ms);
    EXPECT_EQ(report.error->code(), ErrorCode::TotalTimeout);
    EXPECT_EQ(report.error->limitName(), "close");
    EXPECT_EQ(report.unknown, (Ranges{{0, 2}}));
    expectSum(report);
    EXPECT_EQ(rowsOf().size(), 3u);
}

TEST_P(InsertFailures, ASilenceThatIsTooLong) {
    serve([](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(1);
        request.acknowledge(0);
        request.readRows(1);
        exchange.stall();
    });
    InsertStream out = client.insertStream("S", InsertStreamOptions().acknowledgementTimeout(1s));
    out.insert(numbered(0));
    out.flush();
    out.insert(numbered(1));
    const Error error = errorFrom([&] { out.flush(); });
    EXPECT_EQ(error.code(), ErrorCode::IdleTimeout);
    EXPECT_EQ(error.limitName(), "acknowledgementTimeout");
}

TEST_P(InsertFailures, NoAnswerAtAll) {
    server.on("/inserts-stream", "", silent());
    Client impatient(clientOptions(server, GetParam()).headerTimeout(500ms));
    InsertStream out = impatient.insertStream("S");
    out.insert(numbered(0));
    EXPECT_EQ(errorFrom([&] { out.flush(); }).code(), ErrorCode::HeaderTimeout);
    EXPECT_EQ(out.close(patience).notSent, (Ranges{{0, 0}}));
}

TEST_P(InsertFailures, NobodyThere) {
    Client lonely("127.0.0.1", 1);
    InsertStream out = lonely.insertStream("S");
    const Error error = errorOf(out);
    EXPECT_EQ(error.code(), ErrorCode::ConnectFailed);
    EXPECT_TRUE(error.isRetryable()) << "nothing was executed";
    const InsertReport report = out.close(patience);
    EXPECT_EQ(sizeOf(report.notSent), report.inserted);
}

/// In the middle of an insert() that waits, in other words: the one who cancels is another thread.
TEST_P(InsertFailures, Cancelled) {
    CancelSource source;
    for (const bool byToken : {false, true}) {
        Event& received = byToken ? reached : go;
        serve([&received](InsertRequest& request, Exchange& exchange) {
            request.accept();
            request.readRows(2);
            received.set();
            exchange.waitForClientClose();
        });
        InsertStream out =
            client.insertStream("S", InsertStreamOptions().window(2).cancelToken(source.token()));
        out.insert(numbered(0));
        out.insert(numbered(1));
        auto waiting = std::async(std::launch::async,
                                  [&] { return errorFrom([&] { out.insert(row); }).code(); });
        EXPECT_TRUE(received.wait(patience));
        EXPECT_EQ(waiting.wait_for(5ms), std::future_status::timeout);
        if (byToken)
            source.cancel();
        else
            out.cancel();
        EXPECT_EQ(take(waiting), ErrorCode::Cancelled);
        const InsertReport report = out.close(patience);
        EXPECT_EQ(report.error->code(), ErrorCode::Cancelled);
        EXPECT_EQ(sizeOf(report.unknown) + sizeOf(report.notSent), 2u);
    }
    EXPECT_TRUE(scriptEnded.wait(patience)) << "the server sees the connection's end";
    InsertStream late = client.insertStream("S", InsertStreamOptions().cancelToken(source.token()));
    EXPECT_EQ(errorFrom([&] { late.insert(row); }).code(), ErrorCode::Cancelled);
}

/// W22: what is not ended well is reset, so that the server does not take it for a whole request.
TEST_P(InsertFailures, TheDestructorAborts) {
    serve([this](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(1);
        reached.set();
        request.row();
        exchange.lastChunk();
        ADD_FAILURE() << "the request ended as if it were whole";
    });
    {
        InsertStream out = client.insertStream("S");
        out.insert(numbered(0));
        EXPECT_TRUE(reached.wait(patience));
    }
    EXPECT_EQ(rowsOf().size(), 1u);
}

TEST_P(InsertFailures, TheClientCloses) {
    serve([this](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(1);
        reached.set();
        exchange.stall();
    });
    InsertStream out = client.insertStream("S", InsertStreamOptions().window(1));
    {
        const Client closing = std::move(client);
        out.insert(numbered(0));
        EXPECT_TRUE(reached.wait(patience));
        auto waiting = std::async(std::launch::async,
                                  [&] { return errorFrom([&] { out.insert(row); }).code(); });
        EXPECT_EQ(waiting.wait_for(5ms), std::future_status::timeout);
        const_cast<Client&>(closing).close();
        EXPECT_EQ(take(waiting), ErrorCode::ClientClosed);
        InsertStream late = const_cast<Client&>(closing).insertStream("S");
        EXPECT_EQ(errorFrom([&] { late.insert(row); }).code(), ErrorCode::ClientClosed);
    }
    // The handle outlives the Client.
    EXPECT_EQ(errorFrom([&] { out.flush(); }).code(), ErrorCode::ClientClosed);
    const InsertReport report = out.close(patience);
    EXPECT_EQ(report.error->code(), ErrorCode::ClientClosed);
    EXPECT_EQ(report.unknown, (Ranges{{0, 0}}));
    client = Client(clientOptions(server, GetParam()));
}

TEST_P(InsertFailures, NobodyWaitsInsideACallback) {
    serve([this](InsertRequest& request, Exchange& exchange) {
        request.accept();
        request.readRows(1);
        request.acknowledge(0);
        request.readRows(1);
        exchange.waitFor(go);
        request.acknowledge(1);
        request.storeAll();
    });
    std::optional<InsertStream> out;
    std::promise<std::vector<ErrorCode>> codes;
    InsertRow own;
    own.set("N", 1);
    Event inserted;
    out.emplace(client.insertStream(
        "S", InsertStreamOptions().window(1).onAcknowledged([&](SequenceRange range) {
            if (range.first > 0) return;
            inserted.wait(patience);
            std::vector<ErrorCode> found;
            EXPECT_EQ(out->tryInsert(own), 1u) << "where there is room nobody waits";
            EXPECT_EQ(out->tryInsert(own), std::nullopt);
            found.push_back(errorFrom([&] { out->insert(own); }).code());
            found.push_back(errorFrom([&] { out->flush(); }).code());
            found.push_back(errorFrom([&] { out->close(patience); }).code());
            codes.set_value(found);
        })));
    out->insert(numbered(0));
    inserted.set();
    EXPECT_EQ(take(codes.get_future()), std::vector<ErrorCode>(3, ErrorCode::WouldDeadlock));
    go.set();
    EXPECT_TRUE(out->close(patience).ok());
}

TEST_P(InsertFailures, ACallbackThatThrows) {
    serveAll();
    InsertStream out =
        client.insertStream("S", InsertStreamOptions().onAcknowledged(
                                     [](SequenceRange) { throw std::runtime_error("no"); }));
    const Error error = errorOf(out);
    EXPECT_EQ(error.code(), ErrorCode::CallbackThrew);
    EXPECT_NE(std::string(error.what()).find("onAcknowledged threw: no"), std::string::npos);
    const InsertReport report = out.close(patience);
    EXPECT_EQ(report.error->code(), ErrorCode::CallbackThrew);
    expectSum(report);
}

TEST_P(InsertFailures, OptionsThatCannotBeRight) {
    const auto codeOf = [this](InsertStreamOptions options) {
        return errorFrom([&] { (void)client.insertStream("S", std::move(options)); }).code();
    };
    EXPECT_EQ(codeOf(InsertStreamOptions().window(0)), ErrorCode::InvalidArgument);
    EXPECT_EQ(codeOf(InsertStreamOptions().bufferBytes((std::size_t{1} << 30) + 1)),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(codeOf(InsertStreamOptions().acknowledgementTimeout(-1ms)),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(errorFrom([&] { (void)client.insertStream(""); }).code(), ErrorCode::InvalidArgument);
}

TEST_P(InsertFailures, ASecondCloseSaysTheSame) {
    serveAll();
    InsertStream out = client.insertStream("S");
    out.insert(numbered(0));
    EXPECT_TRUE(out.close(patience).ok());
    EXPECT_TRUE(out.close(0ms).ok());
    EXPECT_EQ(errorFrom([&] { out.insert(row); }).code(), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace ksqldb::test
