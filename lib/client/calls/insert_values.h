#pragma once
#include "protocol/insert_ledger.h"

#include <ksqldb/command.h>
#include <ksqldb/insert_report.h>

#include <cstddef>
#include <string>
#include <vector>

namespace ksqldb::client {

/// Rows as INSERT statements, executed one after the other up to the first that fails; and the
/// account of them. *reentrant*
class InsertValuesRun : public detail::CommandRun {
public:
    explicit InsertValuesRun(std::vector<std::string> statements);

    detail::CommandStep start(TimePoint now) override;
    detail::CommandStep onAnswer(RawResponse answer, TimePoint now) override;
    detail::CommandStep onError(const Error& error, TimePoint now) override;

    /// After the end. `error`: what ended it between two statements, or null.
    InsertReport report(const Error* error);

private:
    detail::CommandStep next();

    const std::vector<std::string> statements_;
    std::size_t at_ = 0;  // the statement that is being executed
    protocol::InsertLedger ledger_;
};

}  // namespace ksqldb::client
