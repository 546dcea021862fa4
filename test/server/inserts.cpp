#include "inserts.h"

#include <utility>

namespace ksqldb::server {

void Inserts::declare(std::string_view name, std::string_view columns) {
    declare(Source{identifierName(name), parsedColumns(columns)});
}

void Inserts::declareAny(std::string_view name) {
    Source source{identifierName(name), {}};
    source.columnsKnown = false;
    declare(std::move(source));
}

void Inserts::declare(Source source) {
    std::lock_guard lock(mutex_);
    const std::string name = source.name;
    targets_[name].source = std::move(source);
}

void Inserts::spoil(std::string_view target, InsertFaults faults) {
    std::lock_guard lock(mutex_);
    targets_.at(identifierName(target)).faults = std::move(faults);
}

void Inserts::refuseRow(std::string_view target, std::size_t row, InsertRefusal with) {
    std::lock_guard lock(mutex_);
    targets_.at(identifierName(target)).refusals[row] = std::move(with);
}

bool Inserts::knows(std::string_view target) const {
    return source(identifierName(target)).has_value();
}

std::vector<std::string> Inserts::rows(std::string_view target) const {
    std::lock_guard lock(mutex_);
    const auto found = targets_.find(identifierName(target));
    return found == targets_.end() ? std::vector<std::string>() : found->second.rows;
}

std::size_t Inserts::count(std::string_view target) const {
    std::lock_guard lock(mutex_);
    const auto found = targets_.find(identifierName(target));
    return found == targets_.end() ? 0 : found->second.count;
}

bool Inserts::waitForCount(std::string_view target, std::size_t count,
                           std::chrono::milliseconds timeout) const {
    const std::string name = identifierName(target);
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] {
        const auto found = targets_.find(name);
        return found != targets_.end() && found->second.count >= count;
    });
}

std::vector<std::string> Inserts::arguments() const {
    std::lock_guard lock(mutex_);
    return arguments_;
}

void Inserts::forget() {
    std::lock_guard lock(mutex_);
    arguments_.clear();
    for (auto& [name, target] : targets_) {
        target.rows.clear();
        target.count = 0;
        target.seen = 0;
    }
}

std::function<void(Exchange&)> Inserts::script(InsertFaults faults) {
    return [this, faults = std::move(faults)](Exchange& exchange) { answer(exchange, faults); };
}

std::optional<Source> Inserts::source(const std::string& name) const {
    std::lock_guard lock(mutex_);
    const auto found = targets_.find(name);
    return found == targets_.end() ? std::nullopt : std::optional(found->second.source);
}

InsertFaults Inserts::faults(const std::string& name) const {
    std::lock_guard lock(mutex_);
    const auto found = targets_.find(name);
    return found == targets_.end() ? InsertFaults() : found->second.faults;
}

std::optional<InsertRefusal> Inserts::refusalOfNext(const std::string& name) {
    std::lock_guard lock(mutex_);
    auto& target = targets_[name];
    const auto found = target.refusals.find(target.seen++);
    return found == target.refusals.end() ? std::nullopt : std::optional(found->second);
}

void Inserts::keepArguments(const std::string& line) {
    std::lock_guard lock(mutex_);
    if (arguments_.size() < maxKept) arguments_.push_back(line);
}

void Inserts::keepRow(const std::string& name, const std::string& line) {
    std::lock_guard lock(mutex_);
    auto& target = targets_[name];
    if (target.rows.size() < maxKept) target.rows.push_back(line);
    ++target.count;
    changed_.notify_all();
}

}  // namespace ksqldb::server
