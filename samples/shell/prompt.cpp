#include "prompt.h"

#include "commands.h"
#include "history.h"
#include "line_editor.h"
#include "name_cache.h"
#include "signals.h"
#include "statement_buffer.h"
#include "wait.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace shell {

namespace {

// ksqlDB itself takes requests of up to 10 MiB.
constexpr std::size_t longestStatement = std::size_t{16} << 20U;
constexpr const char* firstPrompt = "ksql> ";
constexpr const char* nextPrompt = "  ... ";

/// A command may stand without its semicolon, in a line of its own.
bool isCommandLine(const std::string& line) {
    const auto statements = ksqldb::splitScript(line + "\n;");
    return statements.size() == 1 && statements.front().isWhole &&
           !commandOf(statements.front().sql).empty();
}

/// Tells something to a terminal that may take nothing just now. Ctrl-C then gives up the text.
template <class Tell>
void tell(const Tell& what) {
    try {
        what();
    } catch (const CalledOff& end) {
        if (!takeInterrupt(end)) throw;
    }
}

/// What was typed since the last statement that was whole, as one entry of the history.
class Typed {
public:
    void add(const std::string& line) { (text_ += text_.empty() ? "" : "\n") += line; }
    std::optional<std::string> take() {
        const std::string text = std::exchange(text_, {});
        return text.find_first_not_of(" \t\n") == std::string::npos ? std::nullopt
                                                                    : keptInHistory(text);
    }

private:
    std::string text_;
};

}  // namespace

Result runPrompt(Session& session, Output& output, bool keepsHistory) {
    StatementBuffer buffer;
    Typed typed;
    NameCache names([&session]() -> ksqldb::Client& { return session.client(); });
    LineEditor editor([&](std::string_view before, std::string_view after) {
        return names.complete(buffer.text() + std::string(before), after);
    });
    if (const auto path = historyPath(); path && keepsHistory) editor.useFile(*path);
    session.history = [&editor] { return editor.history(); };
    session.onChange = [&names] { names.invalidate(); };

    std::string line;
    while (true) {
        tell([&] { output.flush(); });
        const char* const prompt = buffer.isOpen() ? nextPrompt : firstPrompt;
        switch (editor.read(prompt, line)) {
            case LineEditor::Got::End:
                output.message("");
                return Result::Ok;
            case LineEditor::Got::Terminated:
                return Result::Interrupted;
            case LineEditor::Got::Interrupted:
                tell([&] { output.message("^C"); });
                buffer.clear();
                typed.take();
                continue;
            case LineEditor::Got::Line:
                break;
        }
        output.spoolOnly(prompt + line + '\n');
        typed.add(line);
        buffer.add(!buffer.isOpen() && isCommandLine(line) ? line + "\n;\n" : line + '\n');
        const auto statements = buffer.take();
        if (!buffer.isOpen())
            if (const auto entry = typed.take()) editor.remember(*entry);
        for (const auto& [statement, number] : statements) {
            const Result result = session.run(statement, {});
            if (result == Result::Leave) return Result::Ok;
            if (result == Result::NobodyReads) return result;
            if (Signals::terminated() != 0) return Result::Interrupted;
            // What else stands in the line was meant to follow a success.
            if (!session.mayGoOnAfter(result)) break;
        }
    }
}

Result runStandardInput(Session& session) {
    StatementBuffer buffer;
    std::array<char, 65'536> bytes{};
    bool isEnd = false;
    while (!isEnd) {
        const Woken woken = waitForInput(STDIN_FILENO);
        if (woken == Woken::Interrupted) return Result::Interrupted;
        if (woken != Woken::Ready) continue;
        const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got < 0)
            return session.cannotRead("the standard input",
                                      std::system_error(errno, std::generic_category()));
        isEnd = got == 0;
        const std::string_view text(bytes.data(), static_cast<std::size_t>(got));
        buffer.add(text);
        // Only a semicolon can end a statement.
        const bool mayBeWhole = isEnd || text.find(';') != std::string_view::npos;
        if (!mayBeWhole && buffer.text().size() <= longestStatement) continue;
        for (const auto& [statement, line] : buffer.take()) {
            const Result result = session.run(statement, {"stdin", line});
            if (!session.mayGoOnAfter(result)) return result;
        }
        if (buffer.text().size() > longestStatement) break;
    }
    const auto& rest = buffer.rest();
    return rest ? session.refuseRest(rest->statement, {"stdin", rest->line}) : Result::Ok;
}

}  // namespace shell
