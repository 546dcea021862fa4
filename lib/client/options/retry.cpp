#include <ksqldb/retry.h>

#include <ostream>

namespace ksqldb {

std::string RetryPolicy::toString() const {
    if (attempts_ <= 1) return "1 attempt";
    const auto text = [](milliseconds time) { return std::to_string(time.count()) + " ms"; };
    return std::to_string(attempts_) + " attempts, up to " + text(first_) + " to " +
           text(longest_) + " apart" +
           (within_.count() > 0 ? ", within " + text(within_) : std::string());
}

std::ostream& operator<<(std::ostream& out, const RetryPolicy& policy) {
    return out << policy.toString();
}

}  // namespace ksqldb
