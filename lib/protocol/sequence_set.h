#pragma once
#include <ksqldb/insert_report.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace ksqldb::protocol {

/// Sequence numbers, kept as ranges with gaps between them.
class SequenceSet {
public:
    /// False, and nothing is added: one of them is in it.
    bool add(SequenceRange rows);
    bool overlaps(SequenceRange rows) const;
    /// Takes the range that begins with `first`, if there is one, and returns what follows it.
    std::uint64_t takeFrom(std::uint64_t first);
    /// All, ascending; then it is empty.
    std::vector<SequenceRange> takeAll();

    bool empty() const noexcept { return ranges_.empty(); }
    /// Ascending: first to last.
    const std::map<std::uint64_t, std::uint64_t>& ranges() const noexcept { return ranges_; }

private:
    std::map<std::uint64_t, std::uint64_t> ranges_;
};

}  // namespace ksqldb::protocol
