#include <ksqldb/connectors.h>
#include <ksqldb/insert_report.h>
#include <ksqldb/insert_row.h>
#include <ksqldb/inserts.h>
#include <ksqldb/options.h>
#include <ksqldb/script.h>

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

std::string_view toString(RowFate fate) noexcept {
    switch (fate) {
        case RowFate::Acknowledged:
            return "Acknowledged";
        case RowFate::Refused:
            return "Refused";
        case RowFate::Unknown:
            return "Unknown";
        case RowFate::NotSent:
            return "NotSent";
    }
    return "?";
}

std::string_view toString(InsertRow::Names names) noexcept {
    switch (names) {
        case InsertRow::Names::Sql:
            return "Sql";
        case InsertRow::Names::Exact:
            return "Exact";
    }
    return "?";
}

std::string_view toString(ConnectorType type) noexcept {
    switch (type) {
        case ConnectorType::Source:
            return "Source";
        case ConnectorType::Sink:
            return "Sink";
    }
    return "?";
}

std::string_view toString(OnScriptError what) noexcept {
    switch (what) {
        case OnScriptError::Stop:
            return "Stop";
        case OnScriptError::GoOn:
            return "GoOn";
    }
    return "?";
}

std::string_view toString(ServerOrder order) noexcept {
    switch (order) {
        case ServerOrder::InOrder:
            return "InOrder";
        case ServerOrder::RoundRobin:
            return "RoundRobin";
    }
    return "?";
}

std::string_view toString(TlsVersion version) noexcept {
    switch (version) {
        case TlsVersion::Tls12:
            return "Tls12";
        case TlsVersion::Tls13:
            return "Tls13";
    }
    return "?";
}

std::string_view toString(AddressFamily family) noexcept {
    switch (family) {
        case AddressFamily::Any:
            return "Any";
        case AddressFamily::Ipv4:
            return "Ipv4";
        case AddressFamily::Ipv6:
            return "Ipv6";
    }
    return "?";
}

std::string_view toString(HttpVersion version) noexcept {
    switch (version) {
        case HttpVersion::Http11:
            return "Http11";
        case HttpVersion::Http2:
            return "Http2";
    }
    return "?";
}

std::string_view toString(InvalidUtf8 what) noexcept {
    switch (what) {
        case InvalidUtf8::Refuse:
            return "Refuse";
        case InvalidUtf8::Replace:
            return "Replace";
    }
    return "?";
}

std::string_view toString(StatementKind kind) noexcept {
    switch (kind) {
        case StatementKind::PullQuery:
            return "PullQuery";
        case StatementKind::PushQuery:
            return "PushQuery";
        case StatementKind::Print:
            return "Print";
        case StatementKind::Set:
            return "Set";
        case StatementKind::Unset:
            return "Unset";
        case StatementKind::Define:
            return "Define";
        case StatementKind::Undefine:
            return "Undefine";
        case StatementKind::Shell:
            return "Shell";
        case StatementKind::Other:
            return "Other";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, OffsetReset reset) { return out << toString(reset); }
std::ostream& operator<<(std::ostream& out, Overflow overflow) { return out << toString(overflow); }
std::ostream& operator<<(std::ostream& out, Tombstones tombstones) {
    return out << toString(tombstones);
}
std::ostream& operator<<(std::ostream& out, TlsVersion version) { return out << toString(version); }
std::ostream& operator<<(std::ostream& out, AddressFamily family) {
    return out << toString(family);
}
std::ostream& operator<<(std::ostream& out, HttpVersion version) {
    return out << toString(version);
}
std::ostream& operator<<(std::ostream& out, InvalidUtf8 what) { return out << toString(what); }
std::ostream& operator<<(std::ostream& out, ServerOrder order) { return out << toString(order); }
std::ostream& operator<<(std::ostream& out, InsertValues when) { return out << toString(when); }
std::ostream& operator<<(std::ostream& out, RowFate fate) { return out << toString(fate); }
std::ostream& operator<<(std::ostream& out, InsertRow::Names names) {
    return out << toString(names);
}
std::ostream& operator<<(std::ostream& out, ConnectorType type) { return out << toString(type); }
std::ostream& operator<<(std::ostream& out, OnScriptError what) { return out << toString(what); }
std::ostream& operator<<(std::ostream& out, StatementKind kind) { return out << toString(kind); }

}  // namespace ksqldb
