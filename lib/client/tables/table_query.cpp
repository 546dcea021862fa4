#include "base/clock.h"
#include "base/thread.h"
#include "client/tables/table_run.h"

#include <ksqldb/live_table.h>

#include <utility>

namespace ksqldb::detail {

TableRows::TableRows() = default;
TableRows::~TableRows() = default;

TableQuery::TableQuery(Client& client, const TableSource& source, std::shared_ptr<TableRows> rows,
                       LiveTableEvents events, const LiveTableOptions& options) {
    const LiveTableSettings& settings = LiveTableSettings::of(options);
    settings.check();
    if (client.core_->isForked()) throw ClientCore::usedAfterFork();
    run_ = std::make_shared<TableRun>(client.core_, source.sql_, std::move(rows), std::move(events),
                                      settings);
}

TableQuery::~TableQuery() {
    if (run_->isForked())
        base::leak(std::move(run_));
    else
        run_->silence();
}

void TableQuery::start() { run_->start(); }
void TableQuery::close() noexcept { run_->close(); }
bool TableQuery::waitCaughtUp(milliseconds limit) const { return run_->waitCaughtUp(limit); }
bool TableQuery::waitFor(milliseconds limit) const {
    return run_->waitEnded(base::after(delivery::Clock::now(), limit));
}
void TableQuery::wait() const { run_->waitEnded(std::nullopt); }
LiveTableState TableQuery::state() const { return run_->state(); }
std::optional<Ending> TableQuery::ending() const { return run_->ending(); }

}  // namespace ksqldb::detail
