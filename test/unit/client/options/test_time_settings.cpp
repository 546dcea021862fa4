#include "client/options/time_settings.h"

#include <ksqldb/error.h>

#include <gtest/gtest.h>

#include <chrono>

namespace ksqldb::test {
namespace {

using namespace std::chrono_literals;
using client::CallTimeSettings;
using client::TimeSettings;

TEST(TimeSettings, OfACallWinWhereThereAreSome) {
    TimeSettings client;
    client.header = 1ms;
    client.idle = 2ms;
    CallTimeSettings call;
    call.connect = 3ms;
    call.idle = 0ms;
    call.total = 4ms;
    const TimeSettings all = call.over(client);
    EXPECT_EQ(all.connect, 3ms);
    EXPECT_EQ(all.header, 1ms);
    EXPECT_EQ(all.request, 15s);
    EXPECT_EQ(all.idle, 0ms) << "a call can have none where its Client has one";
    EXPECT_EQ(all.total, 4ms);
}

TEST(TimeSettings, AreChecked) {
    EXPECT_NO_THROW(CallTimeSettings().check());
    for (auto limit :
         {&CallTimeSettings::connect, &CallTimeSettings::header, &CallTimeSettings::request,
          &CallTimeSettings::idle, &CallTimeSettings::total}) {
        CallTimeSettings call;
        call.*limit = -1ms;
        EXPECT_THROW(call.check(), Error);
        call.*limit = 0ms;
        if (limit == &CallTimeSettings::connect)
            EXPECT_THROW(call.check(), Error);
        else
            EXPECT_NO_THROW(call.check());
    }
}

}  // namespace
}  // namespace ksqldb::test
