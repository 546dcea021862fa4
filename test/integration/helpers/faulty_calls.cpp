// Calls that end by themselves: a pull query, a statement, a listing, an insert stream.
#include "faulty_call.h"

#include <array>
#include <atomic>
#include <map>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace ksqldb::test {

/// The number of a row. Reading one tells that a row has come.
struct NotedNumber {
    std::int64_t number;
    static inline std::shared_ptr<server::Event> read;
};

}  // namespace ksqldb::test

template <>
struct ksqldb::FromValue<ksqldb::test::NotedNumber> {
    static test::NotedNumber read(const ValueView& value) {
        test::NotedNumber::read->set();
        return {value.asInt()};
    }
};

namespace ksqldb::test {

namespace {

constexpr int rowCount = 12;

/// A call with one answer, which comes to a callback.
template <class T>
class OneAnswer : public FaultyCall {
public:
    explicit OneAnswer(FaultWorld& world) : world_(world), client_(world.clientOptions()) {}

    void reachMiddle() override {
        EXPECT_TRUE(world_.server().waitForRequests(1, patience)) << "nobody asks";
    }
    void noticeFault() override { EXPECT_TRUE(world_.waitForTrouble()); }

protected:
    auto done() {
        return [this](Outcome<T> outcome) {
            promise_.set_value(std::move(outcome));
            world_.noteTrouble();
        };
    }
    Outcome<T> answer() { return take(future_); }

    FaultWorld& world_;

private:
    std::promise<Outcome<T>> promise_;
    std::future<Outcome<T>> future_ = promise_.get_future();

protected:
    Client client_;  // the last, so that nothing of it comes to what has died
};

/// What is wrong with these rows, of which the first `count` should be there.
Verdict compared(const std::vector<std::int64_t>& rows, std::int64_t count) {
    std::map<std::int64_t, std::uint64_t> times;
    for (const std::int64_t row : rows) ++times[row];
    Verdict verdict;
    for (std::int64_t row = 0; row < count; ++row)
        if (times.find(row) == times.end()) ++verdict.lost;
    for (const auto& [row, n] : times) verdict.twice += n - 1;
    return verdict;
}

/// It is in its middle when its header has come.
class Pull : public FaultyCall {
public:
    explicit Pull(FaultWorld& world) : world_(world), client_(world.clientOptions()) {}
    ~Pull() override {
        if (watcher_.joinable()) watcher_.join();
    }

    void begin() override {
        QueryOptions options;
        if (world_.isSilent()) options.timeout(FaultWorld::limit);
        std::promise<Header> header;
        header_ = header.get_future();
        result_ = client_.executeQuery("SELECT N FROM NUMBERS;", options, std::move(header));
        watcher_ = std::thread([this] {
            result_.wait();
            world_.noteTrouble();
        });
    }
    void reachMiddle() override {
        EXPECT_EQ(header_.wait_for(patience), std::future_status::ready);
    }
    void noticeFault() override { EXPECT_TRUE(world_.waitForTrouble()); }
    Verdict finish() override {
        EXPECT_EQ(result_.wait_for(patience), std::future_status::ready);
        watcher_.join();
        try {
            return compared(numbersOf(result_.get()), rowCount);
        } catch (const Error& error) {
            return {.error = error};
        }
    }

private:
    FaultWorld& world_;
    Client client_;
    std::future<Header> header_;
    std::future<QueryResult> result_;
    std::thread watcher_;
};

/// It is in its middle when its first row has been read, which happens while others come.
class PullTyped : public OneAnswer<std::vector<std::tuple<NotedNumber>>> {
public:
    using OneAnswer::OneAnswer;
    void begin() override {
        NotedNumber::read = firstRow_;
        QueryOptions options;
        if (world_.isSilent()) options.timeout(FaultWorld::limit);
        client_.executeQuery<std::tuple<NotedNumber>>("SELECT N FROM NUMBERS;", options, done());
    }
    void reachMiddle() override { EXPECT_TRUE(firstRow_->wait(patience)) << "no row comes"; }
    Verdict finish() override {
        const auto outcome = answer();
        if (!outcome.ok()) return {.error = outcome.error()};
        std::vector<std::int64_t> numbers;
        for (const auto& [noted] : outcome.value()) numbers.push_back(noted.number);
        return compared(numbers, rowCount);
    }

private:
    const std::shared_ptr<server::Event> firstRow_ = std::make_shared<server::Event>();
};

class OneStatement : public OneAnswer<StatementResult> {
public:
    OneStatement(FaultWorld& world, std::shared_ptr<std::atomic<int>> executed)
        : OneAnswer(world), executed_(std::move(executed)) {}
    void begin() override {
        client_.execute(Statement("CREATE STREAM S (N INT) WITH (KAFKA_TOPIC='S');"), done());
    }
    Verdict finish() override {
        const Outcome<StatementResult> outcome = answer();
        Verdict verdict;
        const auto times = static_cast<std::uint64_t>(*executed_);
        if (times > 1) verdict.twice = times - 1;
        if (outcome.ok()) {
            EXPECT_EQ(outcome.value().status, "SUCCESS");
            if (times == 0) verdict.lost = 1;
        } else {
            verdict.error = outcome.error();
            verdict.remark = times == 0 ? "not executed" : "executed";
        }
        return verdict;
    }

private:
    const std::shared_ptr<std::atomic<int>> executed_;
};

class Listing : public OneAnswer<std::vector<StreamInfo>> {
public:
    using OneAnswer::OneAnswer;
    void begin() override { client_.execute(listStreams(), done()); }
    Verdict finish() override {
        const auto outcome = answer();
        if (!outcome.ok()) return {.error = outcome.error()};
        std::vector<std::int64_t> numbers;
        for (const StreamInfo& stream : outcome.value())
            numbers.push_back(std::stoll(stream.name.substr(1)));
        return compared(numbers, rowCount);
    }
};

/// An answer of /ksql in parts.
Script inParts(std::vector<std::string> parts) {
    return [parts = std::move(parts)](Exchange& exchange) {
        exchange.head(200, {{"content-type", "application/json"}});
        for (const std::string& part : parts) exchange.chunk(part);
        exchange.lastChunk();
    };
}

class Inserting : public FaultyCall {
public:
    explicit Inserting(FaultWorld& world) : world_(world), client_(world.clientOptions()) {
        server::Inserts& inserts = world.server().inserts();
        inserts.declareAny("S");
        if (world.fault() == Fault::ResetAfterHead)
            world.server().on("/inserts-stream", "", [](Exchange& exchange) {
                exchange.readLine();
                exchange.head(200);
                exchange.readLine();  // so that a row is on its way, which the head has let go
                exchange.resetConnection();
            });
        if (!goes()) return;
        server::InsertFaults mute;
        mute.muteAfter = 6;
        world.server().on("/inserts-stream", "", inserts.script(mute));
    }
    void begin() override {
        InsertStreamOptions options;
        if (world_.isSilent()) options.acknowledgementTimeout(FaultWorld::limit);
        stream_.emplace(client_.insertStream("S", options));
        insertSix();
    }
    /// Six rows are acknowledged. Where the server goes, it has another six by then.
    void reachMiddle() override {
        EXPECT_TRUE(stream_->flush(patience));
        if (!goes()) return;
        insertSix();
        EXPECT_TRUE(world_.server().inserts().waitForCount("S", 12, patience));
    }
    void noticeFault() override {
        if (!goes() && !insertSix()) return;
        EXPECT_THROW(stream_->flush(patience), Error);
    }
    Verdict finish() override {
        if (world_.fault() == Fault::SlowTrickle) insertSix();
        const InsertReport report = stream_->close(patience);
        std::map<std::uint64_t, int> stored;
        for (const std::string& row : world_.server().inserts().rows("S"))
            ++stored[std::stoull(row.substr(row.find(':') + 1))];

        Verdict verdict;
        verdict.error = report.error;
        std::uint64_t unknown = 0;
        for (std::uint64_t row = 0; row < report.inserted; ++row) {
            const int times = stored[row];
            const RowFate fate = report.fate(row);
            if (times > 1) ++verdict.twice;
            if (fate == RowFate::Acknowledged && times == 0) ++verdict.lost;
            if (fate == RowFate::Unknown) ++unknown;
            EXPECT_TRUE(fate != RowFate::NotSent || times == 0) << "row " << row;
        }
        if (report.error) verdict.remark = unknown > 0 ? "some in doubt" : "none in doubt";
        return verdict;
    }

private:
    bool goes() const {
        return world_.fault() == Fault::KillAndRestart || world_.fault() == Fault::OrderlyStop;
    }
    /// False: the stream has ended.
    bool insertSix() {
        try {
            for (int i = 0; i < 6; ++i) {
                stream_->insert(row_.clear().set("N", next_));
                ++next_;
            }
        } catch (const Error&) {
            return false;  // the report says it as well
        }
        return true;
    }

    FaultWorld& world_;
    Client client_;
    InsertRow row_;
    std::int64_t next_ = 0;
    std::optional<InsertStream> stream_;
};

template <class Call>
std::function<std::unique_ptr<FaultyCall>(FaultWorld&)> maker() {
    return [](FaultWorld& world) { return std::make_unique<Call>(world); };
}

}  // namespace

std::string_view toString(CallKind kind) {
    constexpr std::array names{"pull",         "pull, typed",     "push, callbacks", "push, polled",
                               "push, latest", "push, skip seen", "insert stream",   "statement",
                               "listing",      "live table"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string Verdict::text() const {
    std::string text = "ok";
    if (error) text = std::string(toString(error->code()));
    if (error && error->isRetryable()) text += ", repeatable";
    if (isGapTold) text += ", gap";
    if (lost > 0) text += ", " + std::to_string(lost) + " lost";
    if (twice > 0) text += ", " + std::to_string(twice) + " twice";
    if (!remark.empty()) text += ", " + remark;
    return text;
}

namespace {

FaultWorld::Place placeOfPull() {
    server::NumberedSource source;
    source.grow(rowCount);
    return {"/query-stream", source.script(), 6, true};
}

}  // namespace

ShortCall pullCall() { return {placeOfPull(), maker<Pull>()}; }
ShortCall typedPullCall() { return {placeOfPull(), maker<PullTyped>()}; }

ShortCall statementCall() {
    auto executed = std::make_shared<std::atomic<int>>(0);
    const Script answer =
        inParts({R"([{"@type":"currentStatus","commandStatus":)",
                 R"({"status":"SUCCESS","message":"Stream created","queryId":null}})", "]"});
    return {
        {"/ksql",
         [executed, answer](Exchange& exchange) {
             ++*executed;
             answer(exchange);
         },
         1},
        [executed](FaultWorld& world) { return std::make_unique<OneStatement>(world, executed); }};
}

ShortCall listingCall() {
    std::vector<std::string> parts{R"([{"@type":"streams","streams":[)"};
    for (int i = 0; i < rowCount; ++i)
        parts.push_back(std::string(i == 0 ? "" : ",") + R"({"type":"STREAM","name":"S)" +
                        std::to_string(i) + R"(","topic":"t","keyFormat":"KAFKA",)" +
                        R"("valueFormat":"JSON","isWindowed":false})");
    parts.emplace_back("]}]");
    return {{"/ksql", inParts(std::move(parts)), 6}, maker<Listing>()};
}

ShortCall insertCall() {
    // After five acknowledgements. What it has acknowledged before it is struck is acknowledged.
    return {{"/inserts-stream", {}, 5, false, true}, maker<Inserting>()};
}

}  // namespace ksqldb::test
