-- What wrk sends and counts: POSTs of the file that is named after `--`, from each connection half a second to one and a
-- half after its last answer. Prints one line of JSON at the end.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  served, refused, wrong = 0, 0, 0
end

function delay()
  return math.random(500, 1500)
end

local function tells_when_to_come_back(headers)
  for name in pairs(headers) do
    if name:lower() == "retry-after" then return true end
  end
  return false
end

function response(status, headers)
  if status == 200 then
    served = served + 1
  elseif status == 429 and tells_when_to_come_back(headers) then
    refused = refused + 1
  else
    wrong = wrong + 1
  end
end

function done(summary)
  local function sum(name)
    local total = 0
    for _, thread in ipairs(threads) do total = total + thread:get(name) end
    return total
  end
  local errors = summary.errors
  print(string.format(
    '{"seconds": %f, "served": %d, "refused": %d, "wrong": %d, "failed": %d}',
    summary.duration / 1e6,
    sum("served"),
    sum("refused"),
    sum("wrong"),
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
