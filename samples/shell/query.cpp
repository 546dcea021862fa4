#include "row_writer.h"
#include "session.h"
#include "signals.h"
#include "text_width.h"

#include <ksqldb/line_stream.h>
#include <ksqldb/result_stream.h>

#include <memory>
#include <optional>

namespace shell {

using ksqldb::Ending;
using ksqldb::Next;
using ksqldb::ScriptStatement;
using ksqldb::StatementKind;

namespace {

constexpr std::chrono::milliseconds atOnce{0};

/// Waits until the stream may have something more. Throws CalledOff.
template <class Stream, class WhileWaiting>
bool waitForMore(Stream& stream, const std::shared_ptr<Wakeup>& wakeup,
                 const WhileWaiting& whileWaiting) {
    stream.notifyWhenReady([wakeup] { wakeup->wake(); });
    const auto start = std::chrono::steady_clock::now();
    while (true) {
        const Woken woken = waitFor(*wakeup, std::chrono::milliseconds(200));
        if (woken == Woken::Ready) return true;
        if (woken != Woken::Timeout) {
            stream.cancel();
            throw CalledOff{woken};
        }
        whileWaiting(std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start));
    }
}

void throwIfInterrupted() {
    if (Signals::areNoted()) throw CalledOff{Woken::Interrupted};
}

}  // namespace

Result Session::runQuery(const ScriptStatement& statement) {
    const bool isLive = statement.kind == StatementKind::PushQuery;
    const auto wakeup = std::make_shared<Wakeup>();
    ksqldb::ResultStream stream = client_.streamQuery(statement.sql, streamOptions());
    const auto writer = rowWriter(output_, look_, isLive);
    bool hasHeader = false;
    const auto begin = [&](const ksqldb::Schema& schema) {
        if (!hasHeader) writer->header(schema);
        hasHeader = true;
    };
    bool mayHaveHeader = false;
    ksqldb::RowView row;
    try {
        while (true) {
            const Next found = stream.next(row, atOnce);
            throwIfInterrupted();
            if (found == Next::End) break;
            if (found == Next::Row) {
                begin(row.schema());
                writer->row(row);
                continue;
            }
            // What woke it was no row, so it was the header.
            if (mayHaveHeader) begin(stream.header().schema());
            if (hasHeader) writer->pause();
            output_.flush();
            mayHaveHeader = waitForMore(stream, wakeup, [&](auto time) {
                if (!hasHeader) showTime("the query begins", time);
            });
        }
        begin(stream.header().schema());
        writer->end();
    } catch (const CalledOff& end) {
        if (end.why == Woken::Interrupted && hasHeader) {
            if (output_.isTerminal()) output_.write("\n");  // behind its ^C
            writer->end();
        }
        throw;
    } catch (const ksqldb::Error&) {
        // What came before the error is shown.
        if (hasHeader) writer->end();
        throw;
    }
    if (isLive)
        note(stream.ending() == Ending::Kind::LimitReached ? "Limit reached."
                                                           : "The query has ended.");
    return Result::Ok;
}

Result Session::runPrint(const ScriptStatement& statement) {
    const auto wakeup = std::make_shared<Wakeup>();
    ksqldb::LineStream stream = client_.streamLines(statement.sql, streamOptions());
    std::string_view line;
    while (true) {
        const Next found = stream.next(line, atOnce);
        throwIfInterrupted();
        if (found == Next::End) break;
        if (found == Next::Row) {
            output_.write(std::string(line) + '\n');
            continue;
        }
        output_.flush();
        waitForMore(stream, wakeup, [](auto) {});
    }
    return Result::Ok;
}

}  // namespace shell
