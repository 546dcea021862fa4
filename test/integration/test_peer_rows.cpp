// What the official Java client asserts in its own tests about queries, for this client: the ids of
// a checklist made of those (test/README.md), and what stands for each here.
#include "peer_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ksqldb::test {
namespace {

const std::vector<std::string> ids{
    "SQ-01", "SQ-02", "SQ-03", "SQ-04", "SQ-05", "SQ-06", "SQ-07", "SQ-08", "SQ-09", "SQ-10",
    "SQ-11", "SQ-12", "SQ-13", "SQ-14", "SQ-15", "SQ-16", "EQ-01", "EQ-02", "EQ-03", "TQ-01",
    "TQ-02", "TQ-03", "SC-01", "SC-02", "SC-03", "SC-04", "SR-01", "SR-02", "SR-03", "SR-04",
    "SR-05", "SR-06", "SR-07", "SR-08", "SR-09", "SR-10", "PS-01", "PS-02", "PS-03"};

const char* const callbacksOrPolling =
    "Callbacks and polling are two overloads of streamQuery: one query cannot have both.";

const PeerTable tests{
    {"SQ-01", "StreamRows.PushQueryByCallbackStaysOpen"},
    {"SQ-02", "StreamRows.PushQueryPolledStaysOpen"},
    {"SQ-03", "StreamRows.PullQueryByCallbackEnds"},
    {"SQ-04", "StreamRows.PullQueryPolledEnds"},
    {"SQ-05", "StreamRows.PushQueryWithLimitByCallbackEnds"},
    {"SQ-06", "StreamRows.PushQueryWithLimitPolledEnds"},
    {"SQ-07", "StreamRows.RefusalIsAnErrorWithItsParts"},
    {"SQ-10", "StreamRows.RowsBeforeAnErrorCanStillBePolled"},
    {"SQ-11", "StreamRows.BlockedPollReturnsWithTheError"},
    {"SQ-12", "StreamRows.ErrorReachesOnEnd"},
    {"SQ-13", "StreamRows.RowsOfAnEndedQueryCanStillBePolled"},
    {"SQ-14", "StreamRows.RowsBeforeAnErrorAreCalledBackFirst"},
    {"EQ-01", "QueryRows.ExecutesAPullQuery"},
    {"EQ-02", "QueryRows.ExecutesAPushQueryWithLimit"},
    {"EQ-03", "QueryRows.RefusalFailsRowsAndHeader"},
    {"TQ-01", "QueryRows.EndsAStreamedPushQueryById"},
    {"TQ-02", "QueryRows.EndsAnExecutedPushQueryById"},
    {"TQ-03", "QueryRows.EndingAnUnknownQueryFails"},
    {"SC-01", "QueryRows.SchemaHasEveryType"},
    {"SC-02", "QueryRows.SchemaHasNamesAndWholeTypes"},
    {"SC-03", "QueryRows.SchemaHasNamesAndWholeTypes"},
    {"SC-04", "QueryRows.TypesAreEqualWhereTheyAreTheSame"},
    {"SR-03", "StreamRows.RowsBeforeAnErrorCanStillBePolled"},
    {"SR-04", "StreamRows.BlockedPollReturnsWithTheError"},
    {"SR-05", "StreamRows.ErrorReachesOnEnd"},
    {"SR-06", "StreamRows.RowsOfAnEndedQueryCanStillBePolled"},
    {"SR-08", "StreamRows.RowsBeforeAnErrorAreCalledBackFirst"},
    {"PS-01", "StreamRows.PollsAsManyRowsAsThereAre"},
    {"PS-02", "StreamRows.PollsAsManyRowsAsThereAre"},
    {"PS-03", "StreamRows.RefusalIsAnErrorWithItsParts"},
};

const PeerTable notApplicable{
    {"SQ-08", callbacksOrPolling},
    {"SQ-09", callbacksOrPolling},
    {"SQ-15", "Callbacks are given with the call, before anything can fail."},
    {"SQ-16", "Callbacks are given with the call, before anything can be complete."},
    {"SR-01", callbacksOrPolling},
    {"SR-02", callbacksOrPolling},
    {"SR-07", "Tokens are only reported: nothing continues a query by itself."},
    {"SR-09", "Callbacks are given with the call, before anything can fail."},
    {"SR-10", "Callbacks are given with the call, before anything can be complete."},
};

TEST(PeerRowsTable, EveryIdHasATestOrAReason) { expectEveryId(ids, tests, notApplicable); }
TEST(PeerRowsTable, EveryNamedTestExists) { expectEveryTest(tests); }

}  // namespace
}  // namespace ksqldb::test
