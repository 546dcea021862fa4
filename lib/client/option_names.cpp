#include <ksqldb/inserts.h>
#include <ksqldb/options.h>

#include <ostream>

namespace ksqldb {

std::string_view toString(OffsetReset reset) noexcept {
    switch (reset) {
        case OffsetReset::Latest:
            return "Latest";
        case OffsetReset::Earliest:
            return "Earliest";
    }
    return "?";
}

std::string_view toString(Overflow overflow) noexcept {
    switch (overflow) {
        case Overflow::Pause:
            return "Pause";
        case Overflow::KeepLatest:
            return "KeepLatest";
    }
    return "?";
}

std::string_view toString(Tombstones tombstones) noexcept {
    switch (tombstones) {
        case Tombstones::Skip:
            return "Skip";
        case Tombstones::Deliver:
            return "Deliver";
    }
    return "?";
}

std::string_view toString(InsertValues when) noexcept {
    switch (when) {
        case InsertValues::Never:
            return "Never";
        case InsertValues::WithoutHttp2:
            return "WithoutHttp2";
        case InsertValues::Always:
            return "Always";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, OffsetReset reset) { return out << toString(reset); }
std::ostream& operator<<(std::ostream& out, Overflow overflow) { return out << toString(overflow); }
std::ostream& operator<<(std::ostream& out, Tombstones tombstones) {
    return out << toString(tombstones);
}
std::ostream& operator<<(std::ostream& out, InsertValues when) { return out << toString(when); }

}  // namespace ksqldb
