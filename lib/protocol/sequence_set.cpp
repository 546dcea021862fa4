#include "protocol/sequence_set.h"

#include <iterator>

namespace ksqldb::protocol {

bool SequenceSet::overlaps(SequenceRange rows) const {
    const auto after = ranges_.upper_bound(rows.last);
    return after != ranges_.begin() && std::prev(after)->second >= rows.first;
}

bool SequenceSet::add(SequenceRange rows) {
    auto after = ranges_.upper_bound(rows.last);
    if (after != ranges_.begin() && std::prev(after)->second >= rows.first) return false;
    if (after != ranges_.end() && after->first == rows.last + 1) {
        rows.last = after->second;
        after = ranges_.erase(after);
    }
    if (after != ranges_.begin() && std::prev(after)->second + 1 == rows.first)
        std::prev(after)->second = rows.last;
    else
        ranges_.emplace_hint(after, rows.first, rows.last);
    return true;
}

std::uint64_t SequenceSet::takeFrom(std::uint64_t first) {
    if (ranges_.empty() || ranges_.begin()->first != first) return first;
    const std::uint64_t next = ranges_.begin()->second + 1;
    ranges_.erase(ranges_.begin());
    return next;
}

std::vector<SequenceRange> SequenceSet::takeAll() {
    std::vector<SequenceRange> all;
    all.reserve(ranges_.size());
    for (const auto& [first, last] : ranges_) all.push_back({first, last});
    ranges_.clear();
    return all;
}

}  // namespace ksqldb::protocol
