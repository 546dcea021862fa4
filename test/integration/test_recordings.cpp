// Every recorded answer to /query-stream, played back in pieces of every size: what the client
// hands out is what the recording holds.
#include "nothing_left.h"
#include "recorded_compare.h"
#include "server/player.h"
#include "support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

using server::Pace;
using server::PlayOptions;
using server::Recording;
using server::Split;

constexpr const char* v1 = "application/vnd.ksql.v1+json";
constexpr const char* delimited = "application/vnd.ksqlapi.delimited.v1";

bool isQueryAnswer(const Recording& recording) {
    static const std::set<std::string> groups = {"ratings", "queries", "push",   "push-v2",
                                                 "values",  "accept",  "errors", "limits",
                                                 "faults",  "cluster"};
    return recording.request.path == "/query-stream" &&
           groups.count(recording.name.substr(0, recording.name.find('/'))) == 1;
}

const std::vector<Recording>& recordings() {
    static const auto loaded = [] {
        std::vector<Recording> chosen;
        const char* const folder = std::getenv("KSQLDB_TEST_RECORDINGS");
        if (folder == nullptr || !std::filesystem::is_directory(folder)) return chosen;
        for (Recording& recording : server::loadRecordings(folder))
            if (isQueryAnswer(recording)) chosen.push_back(std::move(recording));
        return chosen;
    }();
    return loaded;
}

std::string contentType(const Recording& recording) {
    return server::findHeader(recording.response.headers, "content-type").value_or("");
}

/// Why a recording cannot be compared with what the client says; empty: it can.
std::string whyNot(const Recording& recording) {
    if (recording.request.version == "HTTP/1.0") return "HTTP/1.0, which the client never speaks";
    if (recording.response.status != 200) return {};
    if (contentType(recording) == v1 || contentType(recording) == delimited) return {};
    if (contentType(recording) == "application/json")
        return "the JSON array form, which the client never asks for";
    return "rows in protobuf, which the client never asks for";
}

RecordedAnswer answerOf(const Recording& recording) {
    return RecordedAnswer::read(contentType(recording) == v1 ? RecordedAnswer::Form::StreamedRow
                                                             : RecordedAnswer::Form::Delimited,
                                recording.responseBody());
}

std::string sqlOf(const Recording& recording) {
    const std::string sql = recording.asRequest().sql();
    return sql.empty() ? "SELECT * FROM anything;" : sql;
}

/// Once in one piece, once byte by byte, twice in pieces as chance (of the recording's name) will.
std::map<std::string, PlayOptions> ways(const Recording& recording) {
    const auto seed = static_cast<unsigned>(std::hash<std::string>{}(recording.name));
    return {{"whole", {Pace::AtOnce, Split::whole(), false}},
            {"byte by byte", {Pace::AtOnce, Split::bytes(), false}},
            {"as recorded", {Pace::AtOnce, Split::parts(), false}},
            {"at random, seed " + std::to_string(seed), {Pace::AtOnce, Split::random(seed), false}},
            {"at random, seed " + std::to_string(seed + 1),
             {Pace::AtOnce, Split::random(seed + 1, 7), false}}};
}

struct Counts {
    std::size_t played = 0, rows = 0, errors = 0, cancelled = 0, cut = 0;
    std::map<std::string, std::vector<std::string>> notComparable;
};
Counts counts;

class Playback : public ::testing::TestWithParam<Recording> {
protected:
    static void SetUpTestSuite() {
        sharedBySuite();
        server_ = std::make_unique<LocalServer>();
        client_ = std::make_unique<Client>(clientOptions(*server_));
    }
    static void TearDownTestSuite() {
        client_.reset();
        server_.reset();
        expectAll();
        std::cout << counts.played << " answers played, " << counts.rows << " rows with "
                  << comparedValues() << " values compared; " << counts.errors
                  << " ended with the server's error, " << counts.cut << " cut, "
                  << counts.cancelled << " cancelled by the client\n";
        for (const auto& [reason, names] : counts.notComparable) {
            std::cout << "not comparable: " << reason << ":";
            for (const auto& name : names) std::cout << ' ' << name;
            std::cout << '\n';
        }
    }

    /// Where nobody has chosen a few: as many as there are in the recordings.
    static void expectAll() {
        const auto& all = *testing::UnitTest::GetInstance();
        if (all.test_to_run_count() != all.total_test_count() || all.Failed()) return;
        EXPECT_GE(counts.played, 117U * 5);
        EXPECT_GE(counts.rows, 1895U);
        EXPECT_GE(comparedValues(), 14600U);
        EXPECT_GE(counts.errors, 175U);
        EXPECT_GE(counts.cut, 10U);
        EXPECT_GE(counts.cancelled, 60U);
    }

    static void expectServerError(const Error& error, const RecordedAnswer& answer) {
        EXPECT_EQ(error.code(), ErrorCode::ServerError);
        EXPECT_EQ(error.httpStatus(), 200);
        EXPECT_EQ(error.serverCode(), answer.error->code);
        EXPECT_EQ(error.serverMessage(), answer.error->message);
        EXPECT_EQ(error.statement(), sqlOf(GetParam()));
    }

    static void expectRefusal(const Error& error) {
        const Recording& recording = GetParam();
        const std::string body = recording.responseBody();
        const int status = recording.response.status;
        EXPECT_EQ(error.httpStatus(), status);
        EXPECT_EQ(error.statement(), sqlOf(recording));
        if (body.empty()) {
            EXPECT_EQ(error.code(), ErrorCode::HttpStatus);
            EXPECT_EQ(error.serverCode(), 0);
            EXPECT_EQ(error.serverMessage(), "");
            return;
        }
        const Json json = parseJson(body);
        EXPECT_EQ(std::to_string(error.serverCode()), json.textOf("error_code"));
        EXPECT_EQ(error.serverMessage(), json.textOf("message"));
        const bool isLimit =
            error.serverMessage().find("exceed the configured limit") != std::string::npos;
        EXPECT_EQ(error.code(), isLimit         ? ErrorCode::PushQueryLimit
                                : status == 400 ? ErrorCode::StatementRejected
                                : status == 401 ? ErrorCode::Unauthorized
                                                : ErrorCode::ServerError);
        EXPECT_EQ(error.isRetryable(), status == 429 || status == 503 || isLimit);
    }

    static void expectEnding(Ending::Kind kind, const RecordedAnswer& answer) {
        EXPECT_EQ(kind, answer.finalMessage == "Limit Reached" ? Ending::Kind::LimitReached
                                                               : Ending::Kind::Finished);
    }

    /// The end of a stream whose rows have been taken.
    static void expectEnd(ResultStream& stream, const RecordedAnswer& answer) {
        RowView row;
        switch (GetParam().end()) {
            case Recording::End::ClientClosed: {
                // The tokens after the last row are there when their lines are.
                const auto limit = Clock::now() + patience;
                do {
                    ASSERT_EQ(stream.next(row, 1ms), Next::Timeout);
                } while (stream.continuationToken() != answer.lastToken && Clock::now() < limit);
                EXPECT_FALSE(stream.isComplete());
                stream.cancel();
                EXPECT_EQ(stream.next(row), Next::End);
                EXPECT_EQ(stream.ending().kind(), Ending::Kind::Cancelled);
                ++counts.cancelled;
                break;
            }
            case Recording::End::Cut: {
                const Error error = errorFrom([&] { return stream.next(row); });
                EXPECT_EQ(error.code(), ErrorCode::ConnectionLost);
                EXPECT_FALSE(error.isRetryable()) << "its rows would come again";
                EXPECT_EQ(stream.ending().kind(), Ending::Kind::Failed);
                ++counts.cut;
                break;
            }
            case Recording::End::Complete:
                if (answer.error) {
                    expectServerError(errorFrom([&] { return stream.next(row); }), answer);
                    EXPECT_EQ(stream.ending().kind(), Ending::Kind::Failed);
                    ++counts.errors;
                } else {
                    EXPECT_EQ(stream.next(row), Next::End);
                    expectEnding(stream.ending().kind(), answer);
                }
        }
        EXPECT_TRUE(stream.isComplete());
        EXPECT_EQ(stream.continuationToken(), answer.lastToken);
    }

    static void polled() {
        const Recording& recording = GetParam();
        ResultStream stream =
            client_->streamQuery(sqlOf(recording), StreamOptions().tombstones(Tombstones::Deliver));
        RowView row;
        if (recording.response.status != 200) {
            expectRefusal(errorFrom([&] { return stream.next(row); }));
            EXPECT_EQ(stream.next(row), Next::End);
            ++counts.errors;
            return;
        }
        const RecordedAnswer answer = answerOf(recording);
        expectHeader(stream.header(), answer);
        for (std::size_t i = 0; i < answer.rows.size(); ++i) {
            SCOPED_TRACE("row " + std::to_string(i));
            ASSERT_EQ(stream.next(row), Next::Row);
            expectRow(row, answer.rows[i], answer.columns);
            EXPECT_EQ(stream.continuationToken(), answer.rows[i].token);
            ++counts.rows;
        }
        expectEnd(stream, answer);
        EXPECT_EQ(stream.counts().delivered, answer.rows.size());
    }

    static void asOneResult() {
        const Recording& recording = GetParam();
        if (recording.end() == Recording::End::ClientClosed) return;
        auto future = client_->executeQuery(sqlOf(recording));
        if (recording.response.status != 200) {
            expectRefusal(errorFrom(future));
            return;
        }
        const RecordedAnswer answer = answerOf(recording);
        if (answer.error) {
            expectServerError(errorFrom(future), answer);
            return;
        }
        if (recording.end() == Recording::End::Cut) {
            EXPECT_EQ(errorFrom(future).code(), ErrorCode::ConnectionLost);
            return;
        }
        const QueryResult result = take(future);
        expectHeader(result.header(), answer);
        expectEnding(result.ending().kind(), answer);
        ASSERT_EQ(result.size(), answer.rows.size());
        for (std::size_t i = 0; i < answer.rows.size(); ++i) {
            SCOPED_TRACE("row " + std::to_string(i));
            expectRow(result[i], answer.rows[i], answer.columns);
        }
    }

    /// What the client never asked for must not come out as something else.
    static void expectMalformed(Client& client) {
        ResultStream stream = client.streamQuery(sqlOf(GetParam()));
        RowView row;
        const Error error = errorFrom([&] { return stream.next(row); });
        // A push query in the JSON array form never ends its first line.
        const bool open = GetParam().end() == Recording::End::ClientClosed;
        EXPECT_EQ(error.code(), open ? ErrorCode::HeaderTimeout : ErrorCode::MalformedResponse)
            << error.what();
        EXPECT_EQ(stream.next(row), Next::End);
        EXPECT_EQ(stream.counts().delivered, 0U);
    }

    static std::unique_ptr<LocalServer> server_;
    static std::unique_ptr<Client> client_;
};
std::unique_ptr<LocalServer> Playback::server_;
std::unique_ptr<Client> Playback::client_;

INSTANTIATE_TEST_SUITE_P(Recordings, Playback, ::testing::ValuesIn(recordings()),
                         [](const auto& recording) {
                             std::string name = recording.param.name;
                             std::replace_if(
                                 name.begin(), name.end(),
                                 [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                             return name;
                         });

/// What nobody plays is named here, so that no rule leaves out more than it should.
TEST(Recordings, AreThereAndPlayedSaveThese) {
    EXPECT_EQ(recordings().size(), 136U);
    std::set<std::string> leftOut;
    for (const Recording& recording : recordings())
        if (!whyNot(recording).empty()) leftOut.insert(recording.name);
    EXPECT_EQ(leftOut,
              (std::set<std::string>{
                  "accept/pull-json-h1", "accept/pull-json-h2", "accept/pull-protobuf-h1",
                  "accept/pull-protobuf-h2", "accept/push-limit-json", "accept/push-limit-protobuf",
                  "push-v2/resumed-json", "push-v2/rows-json", "push/closed-json-h1",
                  "push/closed-json-h2", "push/division-by-zero-json", "push/table-json",
                  "push/terminated-json", "queries/pull-empty-json", "queries/pull-http10",
                  "queries/pull-limit-json", "queries/pull-scan-json", "queries/pull-stream-json",
                  "queries/pull-windowed-json"}));
}

TEST_P(Playback, IsWhatWasRecorded) {
    const Recording& recording = GetParam();
    if (const std::string reason = whyNot(recording); !reason.empty()) {
        counts.notComparable[reason].push_back(recording.name);
        return;
    }
    for (const auto& [way, options] : ways(recording)) {
        SCOPED_TRACE(way);
        server_->clearScripts();
        server_->onAny(server::play(recording, options));
        ++counts.played;
        polled();
        asOneResult();
    }
}

TEST_P(Playback, OfWhatTheClientNeverAsksForIsAnError) {
    const Recording& recording = GetParam();
    if (whyNot(recording).empty() || recording.response.status != 200) return;
    // Without rows the JSON array form is a StreamedRow answer too, and means the same.
    if (recording.name == "queries/pull-empty-json") return;
    Client client(clientOptions(*server_).headerTimeout(
        recording.end() == Recording::End::ClientClosed ? 200ms : 0ms));
    for (const auto& [way, options] : ways(recording)) {
        SCOPED_TRACE(way);
        server_->clearScripts();
        server_->onAny(server::play(recording, options));
        expectMalformed(client);
    }
}

/// StreamedRow answers end without a line end; their last row counts all the same.
TEST(ResultLimits, CountTheLastRowInBothForms) {
    LocalServer server;
    Client client(clientOptions(server));
    int forms = 0;
    for (const Recording& recording : recordings()) {
        if (recording.name != "queries/pull-scan-v1" &&
            recording.name != "queries/pull-scan-delimited")
            continue;
        SCOPED_TRACE(recording.name);
        server.clearScripts();
        server.onAny(server::play(recording));
        const std::size_t rows = answerOf(recording).rows.size();
        ASSERT_GT(rows, 1U);
        EXPECT_EQ(take(client.executeQuery("S;", QueryOptions().maxRows(rows))).size(), rows);
        const Error error = errorFrom(client.executeQuery("S;", QueryOptions().maxRows(rows - 1)));
        EXPECT_EQ(error.code(), ErrorCode::TooManyRows);
        EXPECT_EQ(error.limitName(), "maxRows");
        ++forms;
    }
    EXPECT_EQ(forms, 2);
}

}  // namespace
}  // namespace ksqldb::test
