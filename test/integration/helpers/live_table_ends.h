#pragma once
#include "table_server.h"

namespace ksqldb::test {

/// Only a pull query can tell that it has caught up, however slow the machine is.
inline LiveTableOptions byPull() { return LiveTableOptions().quietTime(1h); }

inline RetryPolicy often() {
    return RetryPolicy().attempts(1'000'000).delay(1ms, 20ms).within(0ms);
}

class LiveTableEnds : public testing::Test {
protected:
    LiveTableEnds() { table.pull = found({levelRow("a", 1)}); }
    /// Waits to begin anew for as long as any test takes.
    LiveTableOptions waiting() { return byPull().restart(often().delay(1000h, 1000h)); }
    void untilItWaits() { ASSERT_TRUE(told.waitFor("restart: ConnectionLost")); }
    void loseEveryQuery() {
        table.push = [](Exchange& exchange, Answer& answer, int) {
            answer.row(levelRow("a", 1));
            exchange.resetConnection();
        };
    }

    TableServer table;
    Client client{clientOptions(table.server)};
    Told told;
};

}  // namespace ksqldb::test
