// Adds a button to each source of the location's page: asks the provider for what is typed, before anything is saved.
"use strict";

function typed(row, field) {
  return row.querySelector(`[name$="-${field}"]`)?.value ?? "";
}

async function trySource(row, result) {
  result.textContent = "asking …";
  const body = new URLSearchParams({
    provider: typed(row, "provider"),
    station: typed(row, "station"),
    latitude: document.getElementById("id_latitude").value,
    longitude: document.getElementById("id_longitude").value,
    csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
  });
  try {
    const answer = await fetch("/admin/try-source/", { method: "POST", body });
    const { is_well: isWell, words } = await answer.json();
    result.textContent = `${isWell ? "✓" : "✗"} ${words}`;
  } catch {
    result.textContent = "✗ The server did not answer; try again.";
  }
}

function addButton(row) {
  const cell = row.querySelector("td.field-provider");
  if (cell === null || cell.querySelector(".try-source") !== null) return;
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Try it" });
  const result = document.createElement("p");
  button.className = "button try-source";
  result.setAttribute("role", "status");
  button.addEventListener("click", () => trySource(row, result));
  cell.append(button, result);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("tr.form-row:not(.empty-form)").forEach(addButton);
  document.addEventListener("formset:added", (event) => addButton(event.target));
});
