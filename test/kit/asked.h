#pragma once
#include "server/request.h"

#include <ksqldb/testing/request.h>

namespace ksqldb::testing::detail {

/// The request as a test sees it.
Request asked(const server::Request& request);

}  // namespace ksqldb::testing::detail
