#include "client/options/time_settings.h"

#include "base/require.h"

namespace ksqldb::client {

void TimeSettings::check() const {
    base::require(connect.count() > 0, "connectTimeout is not positive");
    base::require(header.count() >= 0, "headerTimeout is negative");
    base::require(request.count() >= 0, "requestTimeout is negative");
    base::require(idle.count() >= 0, "idleTimeout is negative");
    base::require(total.count() >= 0, "timeout is negative");
}

TimeSettings CallTimeSettings::over(const TimeSettings& client) const {
    TimeSettings all;
    all.connect = connect.value_or(client.connect);
    all.header = header.value_or(client.header);
    all.request = request.value_or(client.request);
    all.idle = idle.value_or(client.idle);
    all.total = total.value_or(client.total);
    return all;
}

}  // namespace ksqldb::client
