// What becomes of every kind of call under every fault, as one table, which is printed at the end.
#include "helpers/faulty_call.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iostream>
#include <map>
#include <tuple>

namespace ksqldb::test {
namespace {

constexpr std::size_t kinds = 10;
constexpr std::size_t faults = 13;
using Row = std::array<const char*, kinds>;

/// Each fault strikes once and passes. Calls repeat themselves, push queries resume, the live table
/// restarts; what is silent is found by a limit of time.
///
/// - A pull query is repeated as long as its header has not come, which the application may have
///   been given. After that it ends, and may be repeated by who made it. What stalls ends with its
///   `timeout`, which is of the whole call. The same is true of one that is read as a type.
/// - A push query that has not begun begins later, at what is new then; nothing of it is lost. Once
///   it has begun, five rows come before the fault and three while it lasts. With tokens, one
///   behind the third row, the fourth and fifth come twice. ResumeFrom::Latest loses what came
///   meanwhile, and the sixth row where that is the one that was cut, and tells it. An orderly stop
///   is no end for those that resume.
/// - An insert stream is never repeated: rows might be stored twice. Of each row it is known
///   whether it is stored, was not sent, or is in doubt. Before the answer's head no row is sent.
/// - A statement is repeated only where it was surely not executed: nobody had taken it, or the
///   server said so (429, 503). All else ends it, and isRetryable() says no. Here the server had
///   executed it each time.
/// - A listing is repeated whatever happens; its `requestTimeout` is of an attempt.
/// - A live table reads anew, and tells nothing twice.
const std::map<Fault, Row> expected{
    {Fault::Refused,
     {"ok", "ok", "ok", "ok", "ok", "ok", "ConnectFailed, repeatable, none in doubt", "ok", "ok",
      "ok"}},
    {Fault::UnknownName,
     {"ok", "ok", "ok", "ok", "ok", "ok", "ConnectFailed, repeatable, none in doubt", "ok", "ok",
      "ok"}},
    {Fault::ResetBeforeHead,
     {"ok", "ok", "ok", "ok", "ok", "ok", "ConnectionLost, none in doubt",
      "ConnectionLost, executed", "ok", "ok"}},
    {Fault::ResetAfterHead,
     {"ok", "ok", "ok", "ok", "ok", "ok", "ConnectionLost, some in doubt",
      "ConnectionLost, executed", "ok", "ok"}},
    {Fault::ResetInRow,
     {"ConnectionLost, repeatable", "ConnectionLost, repeatable", "ok, 2 twice", "ok, 2 twice",
      "ok, gap, 4 lost", "ok", "ConnectionLost, some in doubt", "ConnectionLost, executed", "ok",
      "ok"}},
    {Fault::ResetBetweenRows,
     {"ConnectionLost, repeatable", "ConnectionLost, repeatable", "ok, 2 twice", "ok, 2 twice",
      "ok, gap, 3 lost", "ok", "ConnectionLost, some in doubt", "ConnectionLost, executed", "ok",
      "ok"}},
    {Fault::Stall,
     {"TotalTimeout, repeatable", "TotalTimeout, repeatable", "ok, 2 twice", "ok, 2 twice",
      "ok, gap, 3 lost", "ok", "IdleTimeout, some in doubt", "TotalTimeout, executed", "ok", "ok"}},
    {Fault::HalfOpen,
     {"TotalTimeout, repeatable", "TotalTimeout, repeatable", "ok, 2 twice", "ok, 2 twice",
      "ok, gap, 3 lost", "ok", "IdleTimeout, some in doubt", "TotalTimeout, executed", "ok", "ok"}},
    {Fault::KillAndRestart,
     {"ConnectionLost, repeatable", "ConnectionLost, repeatable", "ok, 2 twice", "ok, 2 twice",
      "ok, gap, 3 lost", "ok", "ConnectionLost, some in doubt", "ConnectionLost, executed", "ok",
      "ok"}},
    {Fault::OrderlyStop,
     {"ConnectionLost, repeatable", "ConnectionLost, repeatable", "ok, 2 twice", "ok, 2 twice",
      "ok, gap, 3 lost", "ok", "ConnectionLost, some in doubt", "ConnectionLost, executed", "ok",
      "ok"}},
    {Fault::SlowTrickle, {"ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok"}},
    {Fault::RateLimited,
     {"ok", "ok", "ok", "ok", "ok", "ok", "ServerError, repeatable, none in doubt", "ok", "ok",
      "ok"}},
    {Fault::NotReady,
     {"ok", "ok", "ok", "ok", "ok", "ok", "ServerError, repeatable, none in doubt", "ok", "ok",
      "ok"}},
};

std::map<std::pair<Fault, CallKind>, std::string>& found() {
    static std::map<std::pair<Fault, CallKind>, std::string> all;
    return all;
}

using Cell = std::tuple<int, int>;

class FaultMatrix : public testing::TestWithParam<Cell> {
protected:
    static void TearDownTestSuite() {
        std::cout << '\n' << "| |";
        for (std::size_t kind = 0; kind < kinds; ++kind)
            std::cout << ' ' << toString(static_cast<CallKind>(kind)) << " |";
        std::cout << "\n|---|";
        for (std::size_t kind = 0; kind < kinds; ++kind) std::cout << "---|";
        for (std::size_t fault = 0; fault < faults; ++fault) {
            std::cout << "\n| " << toString(static_cast<Fault>(fault)) << " |";
            for (std::size_t kind = 0; kind < kinds; ++kind)
                std::cout << ' '
                          << found()[{static_cast<Fault>(fault), static_cast<CallKind>(kind)}]
                          << " |";
        }
        std::cout << "\n\n";
    }
};

std::string cellName(const testing::TestParamInfo<Cell>& info) {
    const auto fault = static_cast<Fault>(std::get<0>(info.param));
    const auto kind = static_cast<CallKind>(std::get<1>(info.param));
    std::string name(toString(fault));
    name.append("_").append(toString(kind));
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Cells, FaultMatrix,
                         testing::Combine(testing::Range(0, static_cast<int>(faults)),
                                          testing::Range(0, static_cast<int>(kinds))),
                         cellName);

TEST_P(FaultMatrix, Cell) {
    const auto fault = static_cast<Fault>(std::get<0>(GetParam()));
    const auto kind = static_cast<CallKind>(std::get<1>(GetParam()));
    if (fault == Fault::Refused || fault == Fault::UnknownName)
        SKIP_OVER(
            "a proxy that finds nobody answers 502, after which a statement may have been executed",
            Transport::HttpProxy, Transport::ConnectProxy);
    const Verdict verdict = runCell(fault, kind);
    const std::string text = verdict.text();
    found()[{fault, kind}] = text;
    if (verdict.error) {
        EXPECT_NE(verdict.error->what(), std::string());
    }
    EXPECT_LE(verdict.twice, verdict.mostTwice) << "more than was told";
    EXPECT_TRUE(verdict.lost == 0 || verdict.isGapTold) << "and nobody said so";
    EXPECT_EQ(text, expected.at(fault)[static_cast<std::size_t>(kind)])
        << (verdict.error ? verdict.error->what() : "");
}

}  // namespace
}  // namespace ksqldb::test
