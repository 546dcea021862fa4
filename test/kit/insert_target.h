#pragma once
#include "row_json.h"
#include "server/local_server.h"

#include <ksqldb/testing/inserts.h>

#include <memory>
#include <mutex>
#include <string>

namespace ksqldb::testing {

struct Inserts::Impl {
    /// Its requests go on for as long as the server listens.
    std::shared_ptr<server::LocalServer> server;
    std::string target;
    detail::Columns columns;  // none: not known

    std::mutex mutex;
    server::InsertFaults faults;

    /// Changes what is odd about the answers, for the streams that begin from now on.
    template <class Change>
    void spoil(Change change) {
        std::lock_guard lock(mutex);
        change(faults);
        server->inserts().spoil(target, faults);
    }
};

}  // namespace ksqldb::testing
