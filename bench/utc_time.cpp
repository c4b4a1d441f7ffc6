// SPDX-License-Identifier: MIT
#include "bench/utc_time.hpp"

#include <fmt/format.h>

#include "bench/words.hpp"

namespace tfm::bench {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

UtcTime utc_now() { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

std::string utc_text(UtcTime time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<UtcTime> parse_utc(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  if (text.size() != form.size()) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t digits) {
    return static_cast<unsigned>(parse_unsigned(text.substr(at, digits)).value_or(0));
  };
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(0, 4))),
                                         std::chrono::month(number(5, 2)),
                                         std::chrono::day(number(8, 2)));
  if (!date.ok()) return std::nullopt;
  const UtcTime time = std::chrono::sys_days(date) + hours(number(11, 2)) + minutes(number(14, 2)) +
                       seconds(number(17, 2));
  // Whatever is wrong in the text is not in the text of the time.
  if (utc_text(time) != text) return std::nullopt;
  return time;
}

}  // namespace tfm::bench
