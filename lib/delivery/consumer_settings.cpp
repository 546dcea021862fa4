#include "delivery/consumer_settings.h"

#include "base/require.h"

namespace ksqldb::delivery {

void ConsumerSettings::checkForPolling() const {
    const ConsumerSettings unset;
    base::require(!executor, "an executor is for streams with callbacks");
    base::require(minInterval == unset.minInterval, "minInterval is for streams with callbacks");
    base::require(maxRowsPerCall == unset.maxRowsPerCall,
                  "maxRowsPerCall is for streams with callbacks");
    base::require(overflow == unset.overflow, "overflow is for streams with callbacks");
}

}  // namespace ksqldb::delivery
